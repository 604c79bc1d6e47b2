import type { Tensor } from "../../autograd/tensor.js";
import type { Accusation, CaseFile, Rule } from "../case-file.js";
import { placeOf } from "../place.js";
import { type ChangedInput, type Ownership, ownershipOf, structureOf } from "../sample-ownership.js";
import { writersBehind } from "../sample-writers.js";
import type { Origin } from "../trace.js";
import { numberLists } from "./same-indices.js";

/** A softmax along the axis of the batch: the shares of one sample follow all others. */
export const weighedSamples: Rule = {
  name: "weighed samples",
  find(file, _told, accusations) {
    if (accusations.some(({ complaint }) => complaint.fault === "conditionMixed")) return [];
    const ownership = ownershipOf(file.subject, file.batch);
    const inputs = ownership?.inputs.filter(({ name }) => !file.mixes.includes(name)) ?? [];
    if (ownership === undefined || !isBatch(ownership, file)) return [];
    for (const origin of ownership.base.origins) {
      if (!SHARES.has(origin.operation) || !ownership.flow.reachesLoss(origin.tensor)) continue;
      const found = inputs.find((input) => isWeighed(origin, input, ownership));
      if (found === undefined) continue;
      const isAttention = origin.tensor.rank > 2 && origin.tensor.shape[0] !== ownership.samples;
      // [T,B,F] and [B,T,F] look alike where all tensors of the batch have both.
      const isSure =
        !isAttention || ownership.inputs.some((one) => one.tensor.shape[1] !== found.tensor.shape[1]);
      return [accusation(origin, found, ownership, { isAttention, isSure })];
    }
    return [];
  },
};

/** Whether another tensor, or a list of classes, has an entry for each sample too: else its rows may be one set. */
function isBatch({ inputs, samples }: Ownership, { rawBatch }: CaseFile): boolean {
  return inputs.length > 1 || numberLists(rawBatch).some(({ values }) => values.length === samples);
}

const SHARES: ReadonlySet<string> = new Set(["softmax", "logSoftmax"]);

/** Whether it sums up over samples that its input still told apart, and no table of pairs is what it is over. */
function isWeighed({ tensor, inputs: [given] }: Origin, input: ChangedInput, ownership: Ownership): boolean {
  const at = (one: Tensor | undefined): number =>
    ownership.base.origins.findIndex((origin) => origin.tensor === one);
  const [before, after] = [at(given), at(tensor)];
  if (before < 0 || given === undefined || given.size === ownership.samples) return false;
  if (given.shape[0] === ownership.samples && structureOf(before, ownership, input) === "own") {
    const isTable = given.rank === 2 && given.shape.every((side) => side === ownership.samples);
    return !isTable && structureOf(after, ownership, input) === "shared";
  }
  // The table of an attention over samples: it was computed from tensors with these along a later axis.
  const table = producerOf(given, ownership);
  const [left] = table?.inputs ?? [];
  const isOverSamples = given.shape.at(-1) === ownership.samples && given.shape[0] !== ownership.samples;
  return (
    table?.operation === "matmul" &&
    isOverSamples &&
    input.axis === 0 &&
    input.tensor.rank > 2 &&
    structureOf(at(left), ownership, input) === "own" &&
    structureOf(after, ownership, input) === "shared"
  );
}

/** Behind a scaling or a mask. */
function producerOf(tensor: Tensor, { base }: Ownership): Origin | undefined {
  let origin = base.origins.find((one) => one.tensor === tensor);
  while (origin !== undefined && ["multiply", "divide", "add"].includes(origin.operation)) {
    const [first] = origin.inputs;
    origin = base.origins.find((one) => one.tensor === first);
  }
  return origin;
}

function accusation(
  origin: Origin,
  input: ChangedInput,
  ownership: Ownership,
  { isAttention, isSure }: { readonly isAttention: boolean; readonly isSure: boolean },
): Accusation {
  const { name, tensor } = input;
  const declare = `Where it is meant, say so: mixes: ["${name}"].`;
  return {
    names: writersBehind(origin, name, ownership),
    complaint: {
      status: "learns",
      fault: "conditionMixed",
      ...(!isSure && { severity: "warning" as const }),
      phrase: isAttention
        ? `attention weighs the samples of ${name} against each other`
        : `${origin.operation} weighs the samples of ${name} against each other`,
      place: placeOf(origin.site),
      cause: isAttention
        ? `This softmax ([${origin.tensor.shape}]) goes over the first axis of ${name} ([${tensor.shape}]): where that is the batch, every sample attends to all others.`
        : `This ${origin.operation} ([${origin.tensor.shape}]) goes over axis 0, the batch: the shares of a sample add up to 1 with those of the others, and follow their ${name}.`,
      repair: isAttention
        ? `Keep the batch as the first axis, without the transpose before it, so that attention goes over the second. ${declare}`
        : `Take it over ${origin.tensor.shape.at(-1) === 1 ? `the axis whose entries are to share, ${origin.operation}(x, 1)` : `the last axis, ${origin.operation}(x)`}. ${declare}`,
    },
  };
}
