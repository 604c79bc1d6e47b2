import { Tensor } from "../../autograd/tensor.js";
import { type CallSite, callSite } from "../../core/call-site.js";
import type { Accusation, CaseFile, Rule } from "../case-file.js";
import { observedLoss, putBack } from "../observed-loss.js";
import { placeOf } from "../place.js";
import { type InnerStep, Trace } from "../trace.js";

/** An optimizer steps inside of the loss, and the gradients of its parameters were forgotten before it did. */
export const forgottenGradient: Rule = {
  name: "forgotten gradient",
  find(file) {
    const { last } = file;
    const moved = new Set(last.trace.innerSteps.flatMap((step) => [...step.moved]));
    return last.trace.innerSteps.flatMap((step, index): Accusation[] => {
      const trained = step.parameters.filter(({ requiresGrad }) => requiresGrad);
      if (trained.length === 0 || trained.some((one) => moved.has(one))) return [];
      const clearing = clearingBefore(index, step, file);
      if (clearing === undefined) return [];
      const names = [...last.parameters].filter(([, one]) => trained.includes(one)).map(([name]) => name);
      return [
        {
          names,
          complaint: {
            status: "notHeld",
            fault: "optimizerHoldsOthers",
            phrase: "{their gradients are|its gradient is} forgotten before the step that needs {them|it}",
            place: placeOf(clearing),
            cause:
              "The gradients that backward left are set to undefined here (zeroGrad), before the optimizer of {these parameters|this parameter} has stepped: its step moves nothing.",
            repair: "Call zeroGrad before backward, and nothing between backward and step.",
          },
        },
      ];
    });
  },
};

/** Where a gradient that was there is taken away before a step, the last time; found in a run that watches for it. */
function clearingBefore(
  index: number,
  { parameters }: InnerStep,
  { subject, last }: CaseFile,
): CallSite | undefined {
  const hasBackward = last.trace.propagatedFrom.size > 0;
  return putBack(subject, () => {
    let found: CallSite | undefined;
    const trace = new Trace();
    const watched = parameters.map((parameter) => {
      // Backward may have left one in the run before.
      let grad =
        parameter.grad ??
        (hasBackward ? new Tensor({ shape: parameter.shape, data: parameter.data.slice() }) : undefined);
      const set = (next: Tensor | undefined): void => {
        const isOver = trace.innerSteps.length > index;
        if (!isOver && grad !== undefined && next === undefined) found = callSite();
        // Backward came between.
        if (!isOver && next !== undefined) found = undefined;
        grad = next;
      };
      Object.defineProperty(parameter, "grad", {
        configurable: true,
        enumerable: true,
        get: () => grad,
        set,
      });
      return {
        parameter,
        release: () => ({ configurable: true, enumerable: true, writable: true, value: grad }),
      };
    });
    try {
      observedLoss(subject.loss, trace);
    } finally {
      for (const { parameter, release } of watched) Object.defineProperty(parameter, "grad", release());
    }
    return found;
  });
}
