import type { Tensor } from "../../autograd/tensor.js";
import type { Accusation, CaseFile, Rule } from "../case-file.js";
import { placeOf } from "../place.js";
import { followsNumbers } from "../sample-meeting.js";
import { type Ownership, ownershipOf, structureOf } from "../sample-ownership.js";
import { trainedBehind } from "../sample-writers.js";
import type { Origin } from "../trace.js";

/** Targets that are compared with results of the network in another order than that of the batch: sorted, shuffled, rolled. */
export const mispairedTargets: Rule = {
  name: "mispaired targets",
  find(file, told, accusations) {
    if (told.size > 0 || accusations.length > 0) return [];
    const ownership = ownershipOf(file.subject, file.batch);
    if (ownership === undefined) return [];
    for (const [target, name] of file.batch) {
      if (file.mixes.includes(name) || target.shape[0] !== ownership.samples) continue;
      const found = mispairingOf(target, ownership, file);
      if (found !== undefined) return [accusationOf(found, name, ownership)];
    }
    return [];
  },
};

interface Mispairing {
  /** Where the rows got their order. */
  readonly permuted: Origin;
  /** What they are compared with. */
  readonly partner: Tensor;
}

function mispairingOf(target: Tensor, ownership: Ownership, { subject }: CaseFile): Mispairing | undefined {
  const { base, flow } = ownership;
  const permuted = base.origins.find(({ tensor }) => isPermuted(tensor, target));
  if (permuted === undefined || !flow.reachesLoss(permuted.tensor)) return undefined;
  const partner = partnerOf(permuted, target, ownership);
  if (partner === undefined || hasOtherWay(target, permuted, ownership)) return undefined;
  // Who matches targets with what the network gives looks at that first.
  return followsNumbers(permuted, ownership, subject) ? undefined : { permuted, partner };
}

/** Whether its rows are those of a target, all of them different, in another order. */
function isPermuted(tensor: Tensor, target: Tensor): boolean {
  if (tensor === target || tensor.size !== target.size || tensor.shape[0] !== target.shape[0]) return false;
  const [own, others] = [rowsOf(tensor), rowsOf(target)];
  if (own.every((row, index) => row === others[index])) return false;
  const known = new Set(others);
  return (
    known.size === others.length && new Set(own).size === own.length && own.every((row) => known.has(row))
  );
}

function rowsOf({ data, size, shape: [rows = 1] }: Tensor): string[] {
  const width = size / rows;
  return Array.from({ length: rows }, (_, row) => data.subarray(row * width, (row + 1) * width).join());
}

/** The result of the network, in the order of the batch, that it meets; undefined where it meets anything else first. */
function partnerOf(permuted: Origin, target: Tensor, ownership: Ownership): Tensor | undefined {
  const { base, flow, inputs, samples } = ownership;
  const behind = flow.influenceOf(permuted.tensor);
  const position = new Map(base.origins.map(({ tensor }, index) => [tensor, index]));
  for (const { inputs: taken } of base.origins) {
    if (!taken.some((one) => behind.has(one))) continue;
    for (const other of taken) {
      if (behind.has(other) || trainedBehind([other], flow).length === 0) continue;
      const at = position.get(other);
      if (at === undefined || other.shape[0] !== samples) return undefined;
      const structures = inputs.map((input) => [input.tensor, structureOf(at, ownership, input)] as const);
      const isOwn = structures.every(
        ([tensor, structure]) => structure === "none" || (structure === "own" && tensor !== target),
      );
      return isOwn && structures.some(([, structure]) => structure === "own") ? other : undefined;
    }
  }
  return undefined;
}

/** Whether the loss follows the target in its own order as well: a positive beside negatives. */
function hasOtherWay(target: Tensor, { tensor }: Origin, { base, flow }: Ownership): boolean {
  const met = new Set<Tensor>([target]);
  for (const one of met) for (const { to } of flow.edgesOutOf(one)) if (to !== tensor) met.add(to);
  return met.has(base.loss);
}

function accusationOf({ permuted, partner }: Mispairing, name: string, { flow }: Ownership): Accusation {
  return {
    names: trainedBehind([partner], flow),
    complaint: {
      ...{ status: "learns", fault: "conditionMixed", place: placeOf(permuted.site) },
      phrase: `${name} is brought into another order than what it is compared with`,
      cause: `The rows of ${name} come out of this line in another order, and what the network gives, which they are compared with row by row, keeps that of the batch: each sample learns the target of another.`,
      repair: `Leave ${name} in the order of the batch, or bring the inputs into the same order with it. Where it is meant, say so: mixes: ["${name}"].`,
    },
  };
}
