import { type Accusation, type CaseFile, type Rule, untold } from "../case-file.js";
import { placeOf } from "../place.js";

/** An optimizer steps inside of the loss, and nothing has propagated a gradient for it. */
export const stepsInVain: Rule = {
  name: "steps in vain",
  find(file, told) {
    const { last, first, subject } = file;
    if (!subject.hasOwnOptimizer || [first, last].some((step) => hasPropagated(step))) return [];
    const [step] = last.trace.innerSteps;
    const own = new Set(last.trace.innerSteps.flatMap(({ parameters }) => parameters));
    const names = untold(file, told).filter(
      ({ parameter, inner }) => own.has(parameter) && !inner.includes(true),
    );
    if (step === undefined || names.length === 0) return [];
    const accusation: Accusation = {
      names: names.map(({ name }) => name),
      complaint: {
        status: "notHeld",
        fault: "optimizerHoldsOthers",
        phrase: "the optimizer steps without {their gradients|its gradient}",
        place: placeOf(step.site),
        cause:
          "The optimizer steps here, and no gradient is there: nothing calls backward() in this run before it, or zeroGrad() forgets what an earlier run left.",
        repair: "Call zeroGrad(), then backward() of the loss, and then this step.",
      },
    };
    return [accusation];
  },
};

function hasPropagated({ trace }: CaseFile["last"]): boolean {
  return trace.propagatedFrom.size > 0;
}
