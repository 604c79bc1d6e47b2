import type { Tensor } from "../../autograd/tensor.js";
import type { FloatArray } from "../../core/float-array.js";
import type { Accusation, CaseFile, Rule } from "../case-file.js";
import { generatedWeights } from "../generated-weights.js";
import { observedLoss, putBack } from "../observed-loss.js";
import { Trace } from "../trace.js";
import { numberLists } from "./same-indices.js";

/** A tensor of the batch that the loss never looks at, though it uses the others and a network writes weights. */
export const unusedInput: Rule = {
  name: "unused input",
  find(file, _told, accusations) {
    const { batch, usedInputs } = file;
    const unused = [...batch].filter(([tensor]) => tensor.size > 1 && !usedInputs.has(tensor));
    const isSome = unused.length > 0 && unused.length < batch.size;
    if (!isSome || accusations.length > 0) return [];
    if (!generatedWeights(file.last).some(({ samples }) => samples !== undefined)) return [];
    // Who chooses rows of a table by numbers of the batch may do without the tensor that says the same.
    if (numberLists(file.rawBatch).length > 0) return [];
    const silent = unused.filter(([tensor]) => !isRead(tensor, file)).map(([, name]) => name);
    if (silent.length === 0) return [];
    const names = silent.join(" and ");
    const accusation: Accusation = {
      names: [],
      complaint: {
        status: "learns",
        severity: "warning",
        fault: "notWired",
        phrase: `the loss never uses ${names} of the batch`,
        cause: `The batch has ${names}, and in none of the steps an operation of the loss takes ${silent.length === 1 ? "it" : "them"}, or reads ${silent.length === 1 ? "its" : "their"} numbers: nothing can be learned from ${silent.length === 1 ? "it" : "them"}.`,
        repair: `Pass ${names} to where ${silent.length === 1 ? "it belongs" : "they belong"}, or leave ${silent.length === 1 ? "it" : "them"} out of the batch.`,
      },
    };
    return [accusation];
  },
};

/** Whether a run takes its numbers without an operation on it. */
function isRead(tensor: Tensor, { subject }: CaseFile): boolean {
  const { data } = tensor;
  let isTaken = false;
  const get = (): FloatArray => {
    isTaken = true;
    return data;
  };
  Object.defineProperty(tensor, "data", { configurable: true, enumerable: true, get });
  try {
    putBack(subject, () => observedLoss(subject.loss, new Trace({ hasPrints: false })));
  } finally {
    const property = { configurable: true, enumerable: true, writable: true, value: data };
    Object.defineProperty(tensor, "data", property);
  }
  return isTaken;
}
