import type { Tensor } from "../../autograd/tensor.js";
import type { Accusation, CaseFile, Rule } from "../case-file.js";
import { isSameLine, placeOf, placesOf } from "../place.js";
import { followsNumbers } from "../sample-meeting.js";
import {
  type ChangedInput,
  type Ownership,
  ownershipOf,
  rowsFollowing,
  structureOf,
} from "../sample-ownership.js";
import { trainedBehind } from "../sample-writers.js";
import type { Origin } from "../trace.js";

/** Inputs that are brought into another order than the targets, by chance anew in every run, say. */
export const mispairedInputs: Rule = {
  name: "mispaired inputs",
  find(file, told, accusations) {
    if (told.size > 0 || accusations.length > 0) return [];
    const ownership = ownershipOf(file.subject, file.batch);
    const found = ownership && mispairingIn(ownership, file);
    return found === undefined ? [] : [accusationOf(found, (ownership as Ownership).flow)];
  },
};

/** Where the rows of a value stand that follow each of the samples that were changed. */
type Orders = ReadonlyMap<ChangedInput, readonly number[]>;

interface Mispairing {
  readonly input: string;
  readonly target: string;
  readonly result: Tensor;
  /** Where rows got another order: one line, or one for each side. */
  readonly permuted: readonly Origin[];
}

function mispairingIn(ownership: Ownership, file: CaseFile): Mispairing | undefined {
  let found: Mispairing | undefined;
  for (const meeting of meetingsIn(ownership)) {
    // Samples of another order beside those of their own: negatives.
    if (hasPairs(meeting)) return undefined;
    if (!haveCommon(meeting)) found ??= mispairingOf(meeting, ownership, file);
  }
  return found;
}

interface Meeting {
  readonly result: Tensor;
  readonly target: Tensor;
  readonly ofResult: Orders;
  readonly ofTarget: Orders;
}

/** Where what the network gives, a row for each sample, meets what it does not. */
function meetingsIn(ownership: Ownership): Meeting[] {
  const { base, flow, samples } = ownership;
  return base.origins.flatMap(({ inputs, tensor }): Meeting[] => {
    if (inputs.length < 2 || !flow.reachesLoss(tensor)) return [];
    const rowed = inputs.filter(({ shape }) => shape[0] === samples);
    const trained = rowed.filter((one) => trainedBehind([one], flow).length > 0);
    const others = rowed.filter((one) => !trained.includes(one));
    const [result, target] = [trained[0], others[0]];
    if (trained.length !== 1 || others.length !== 1 || result === undefined || target === undefined)
      return [];
    const [ofResult, ofTarget] = [ordersOf(result, ownership), ordersOf(target, ownership)];
    const isFollowed = ofResult !== undefined && ofTarget !== undefined && ofResult.size * ofTarget.size > 0;
    return isFollowed ? [{ result, target, ofResult, ofTarget }] : [];
  });
}

function mispairingOf(
  { result, target, ofResult, ofTarget }: Meeting,
  ownership: Ownership,
  { mixes, subject }: CaseFile,
): Mispairing | undefined {
  const [[input] = [], [held] = []] = [[...ofResult.keys()], [...ofTarget.keys()]];
  if (input === undefined || held === undefined) return undefined;
  if (mixes.includes(input.name) || mixes.includes(held.name)) return undefined;
  const permuted = [permutedOn(result, input, ownership), permutedOn(target, held, ownership)].filter(
    (one) => one !== undefined,
  );
  // Who matches samples with what the network gives looks at that first.
  const isMatched = permuted.some((one) => followsNumbers(one, ownership, subject));
  if (permuted.length === 0 || isMatched) return undefined;
  return { input: input.name, target: held.name, result, permuted };
}

/** Undefined where a sample is followed by several rows, or by none: a mixup, a mean, a choice. */
function ordersOf(tensor: Tensor, ownership: Ownership): Orders | undefined {
  const { base, inputs, rows } = ownership;
  const at = base.origins.findIndex((origin) => origin.tensor === tensor);
  const found = new Map<ChangedInput, readonly number[]>();
  for (const input of inputs) {
    if (tensor === input.tensor) found.set(input, rows);
    if (at < 0 || structureOf(at, ownership, input) === "none") continue;
    const followers = rows.map((row) => [...rowsFollowing(ownership, input, row, at)]);
    if (followers.some((one) => one.length !== 1)) return undefined;
    found.set(
      input,
      followers.map(([row = 0]) => row),
    );
  }
  return found;
}

/** Whether a tensor of the one side is in the order of one of the other. */
function hasPairs({ ofResult, ofTarget }: Meeting): boolean {
  const held = [...ofTarget.values()].map(String);
  return [...ofResult.values()].some((order) => held.includes(String(order)));
}

/** Whether a tensor is on both sides: noise that is in the target as well. */
function haveCommon({ ofResult, ofTarget }: Meeting): boolean {
  return [...ofResult.keys()].some((input) => ofTarget.has(input));
}

/** The first value on the way to another in which the samples stand in another order; undefined where they never do. */
function permutedOn(end: Tensor, input: ChangedInput, ownership: Ownership): Origin | undefined {
  const { base, flow } = ownership;
  return base.origins.find(({ tensor }, at) => {
    if (tensor !== end && !flow.influenceOf(tensor).has(end)) return false;
    const structure = structureOf(at, ownership, input);
    return structure !== "own" && structure !== "none";
  });
}

function accusationOf(
  { input, target, result, permuted: [first, second] }: Mispairing,
  flow: Ownership["flow"],
): Accusation {
  const [place, caller] = placesOf((first as Origin).site);
  const other = second === undefined ? undefined : placeOf(second.site);
  // A helper that moves both says less than the line that calls it.
  const usedAt = isSameLine(place, other) ? caller : other;
  return {
    names: trainedBehind([result], flow),
    complaint: {
      ...{ status: "learns", fault: "conditionMixed", place, usedAt },
      phrase: `the samples of ${input} stand in another order than those of ${target}`,
      cause: `Row by row the results are compared with ${target}, and the samples of ${input} come out of this line in another order than those of ${target}: each sample learns the target of another.`,
      repair: `Draw one order and bring both into it, gather(${input}, order) and gather(${target}, order), or leave both as they are. Where it is meant, say so: mixes: ["${input}"].`,
    },
  };
}
