import type { Parameter } from "../../autograd/parameter.js";
import type { Tensor } from "../../autograd/tensor.js";
import { type Accusation, type CaseFile, type Rule, untold } from "../case-file.js";
import type { Place } from "../diagnosis.js";
import { readRun } from "../reads.js";

/** A step by hand that takes the gradient, and writes what it computes into a copy of the weights. */
export const copiedStep: Rule = {
  name: "copied step",
  isLast: true,
  find(file, told) {
    const { trace, isOwnLoop } = file.last;
    const isStepped = isOwnLoop || trace.innerSteps.length > 0 || !file.subject.hasOwnOptimizer;
    // What it propagates may be another tensor than the loss that it returns: that of before the step.
    if (isStepped || trace.propagatedFrom.size === 0) return [];
    const trained = untold(file, told).filter(
      ({ written, turns }) => turns.includes("learns") && !written.includes(true),
    );
    const taken = takenAfterwards(
      trained.map(({ parameter }) => parameter),
      file,
    );
    const held = trained.filter(({ parameter }) => taken.has(parameter));
    const [first] = held;
    if (first === undefined) return [];
    const accusation: Accusation = {
      names: held.map(({ name }) => name),
      complaint: {
        status: "zero",
        fault: "alwaysZero",
        phrase: "the step by hand writes into a copy",
        place: taken.get(first.parameter),
        cause:
          "The loss propagates by itself, and then the numbers of {these parameters|this parameter} are taken here: what is written goes into a copy of them, and {they stay|it stays} the same bits in every step.",
        repair:
          "Write the result into the parameter, parameter.assign(values): slice(), toArray(), Float32Array.from() and stateDict() give copies. Or let an optimizer step.",
      },
    };
    return [accusation];
  },
};

/** Where the program takes the numbers of parameters after it has propagated. */
function takenAfterwards(
  parameters: readonly Parameter[],
  { subject }: CaseFile,
): Map<Tensor, Place | undefined> {
  const taken = new Map<Tensor, Place | undefined>();
  if (parameters.length === 0) return taken;
  readRun(subject, {
    given: parameters,
    change: ({ tensor, place }, data, trace) => {
      if (trace.propagatedFrom.size > 0 && parameters.includes(tensor as Parameter)) taken.set(tensor, place);
      return data;
    },
  });
  return taken;
}
