/**
 * Samples that are brought together on purpose: neighbours in a graph, negatives of a contrastive loss. What was moved
 * meets samples of the very tensor that it came from, while a condition in the wrong order meets another tensor's.
 */
import type { Tensor } from "../autograd/tensor.js";
import type { Subject } from "./observed-loss.js";
import { readRun } from "./reads.js";
import { type ChangedInput, type Ownership, structureOf } from "./sample-ownership.js";
import type { Origin } from "./trace.js";

export function isNeighbourhood(culprit: Origin, input: ChangedInput, ownership: Ownership): boolean {
  return meetsItsOwn(culprit, input, ownership) || hasOwnBeside(culprit, ownership);
}

/** Where it first meets values that follow samples, these follow the same tensor of the batch and no other. */
function meetsItsOwn(culprit: Origin, input: ChangedInput, ownership: Ownership): boolean {
  const behind = ownership.flow.influenceOf(culprit.tensor);
  for (const { order, inputs, operation, tensor } of ownership.base.origins) {
    if (order <= culprit.order || !inputs.some((one) => behind.has(one))) continue;
    // Pieces that are put together again along the batch have not met.
    if (operation === "concat" && inputs.some((one) => one.shape[0] !== tensor.shape[0])) continue;
    const met = followedBy(
      inputs.filter((one) => !behind.has(one)),
      ownership,
    );
    if (met.length > 0) return met.every((one) => one === input);
  }
  return false;
}

/** What it came from goes, in its own order, into the same operation with the same partner: a positive, a negative. */
function hasOwnBeside({ tensor, inputs: [source] }: Origin, ownership: Ownership): boolean {
  if (source === undefined) return false;
  const { base, flow } = ownership;
  const moved = flow.influenceOf(tensor);
  const behind = flow.influenceOf(source);
  const meetings = base.origins.flatMap((origin) => {
    const way = origin.inputs.find((one) => behind.has(one));
    const partner = origin.inputs.find((one) => !behind.has(one));
    if (way === undefined || partner === undefined || followedBy([partner], ownership).length === 0)
      return [];
    return [{ operation: origin.operation, partner, isMoved: moved.has(way) }];
  });
  return meetings.some(
    (one) =>
      one.isMoved &&
      meetings.some(
        ({ operation, partner, isMoved }) =>
          !isMoved && operation === one.operation && partner === one.partner,
      ),
  );
}

/** The tensors of the batch whose samples some of these values follow. */
function followedBy(tensors: readonly Tensor[], ownership: Ownership): ChangedInput[] {
  return ownership.inputs.filter((input) =>
    tensors.some((tensor) => {
      const at = ownership.base.origins.findIndex((origin) => origin.tensor === tensor);
      return tensor === input.tensor || (at >= 0 && structureOf(at, ownership, input) !== "none");
    }),
  );
}

/** Whether the rows that it takes are chosen by numbers that were computed from trained parameters. */
export function isChosenByNumbers(origin: Origin, ownership: Ownership, subject: Subject): boolean {
  return origin.operation === "gather" && followsNumbers(origin, ownership, subject);
}

/** Whether a value changes with numbers that the program reads of what was computed from trained parameters. */
export function followsNumbers(
  { operation, tensor }: Origin,
  { base, flow }: Ownership,
  subject: Subject,
): boolean {
  const computed = new Set<Tensor>();
  for (const parameter of subject.model.parameters()) {
    if (parameter.trainable) for (const one of flow.influenceOf(parameter)) computed.add(one);
  }
  const positions = new Set(base.origins.flatMap((origin, at) => (computed.has(origin.tensor) ? [at] : [])));
  const at = base.origins.findIndex((origin) => origin.tensor === tensor);
  try {
    const { trace } = readRun(subject, {
      change: ({ tensor: read }, data, { origins }) =>
        positions.has([...origins.keys()].indexOf(read)) ? data.map((value) => -value - 1) : data,
    });
    const other = [...trace.origins.values()][at];
    return other?.operation === operation && other.tensor.data.some((value, i) => value !== tensor.data[i]);
  } catch {
    // An index that is out of range now followed these numbers.
    return true;
  }
}
