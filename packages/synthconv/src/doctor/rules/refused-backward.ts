import { ancestorsOf, type CaseFile, type Rule } from "../case-file.js";
import type { Complaint } from "../complaint.js";
import { placeOf } from "../place.js";
import type { Refusal } from "../refusal.js";

/** Backward refuses, so nothing learns: through a gradient without a tape, or a checkpoint that draws. */
export const refusedBackward: Rule = {
  name: "refused backward",
  isLast: true,
  find(file) {
    const { refusal, loss, trace } = file.last;
    if (refusal === undefined) return [];
    const outputs = [loss, ...trace.propagatedFrom.keys()];
    return [{ names: ancestorsOf(outputs, file), complaint: complaintOf(refusal, file) }];
  },
};

function complaintOf({ kind, tensor }: Refusal, { last }: CaseFile): Complaint {
  const place = placeOf(last.trace.origins.get(tensor)?.site);
  const phrase = "backward refuses";
  switch (kind) {
    case "constantGradient":
      return {
        ...{ status: "cut", fault: "computedWithoutTape", place },
        phrase: `${phrase}: the loss is computed from a gradient that has no tape`,
        cause: `The gradient of ${tensor.gradientOf} is taken here as a constant, and the loss is computed from it: what it owes to {these parameters|this parameter} would be lost, so backward refuses.`,
        repair:
          "Put the gradient on the tape: grad(output, inputs, { createGraph: true }). Where it is meant as a constant, write gradient.detach({ reason }).",
      };
    case "otherNumbers":
      return {
        ...{ status: "cut", fault: "ownOperation", place },
        phrase: `${phrase}: the body of checkpoint gives other numbers when it runs again`,
        cause:
          "The backward pass runs the body of this checkpoint again and walks through what it computes then. It gave other numbers than before: random ones, or those of a counter, so backward refuses.",
        repair:
          "Draw inside of the body from a stream that is made there, by seed, purpose and step, new RandomStream({ seed, purpose, step }); or draw outside of it and pass what was drawn as one of its inputs.",
      };
  }
}
