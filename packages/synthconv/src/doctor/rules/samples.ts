import type { Tensor } from "../../autograd/tensor.js";
import type { Accusation, CaseFile, Rule } from "../case-file.js";
import type { Complaint } from "../complaint.js";
import { nameOf } from "../cut-complaints.js";
import { isSameLine, placeOf } from "../place.js";
import { isChosenByNumbers, isNeighbourhood } from "../sample-meeting.js";
import {
  type ChangedInput,
  followsSeveral,
  isBlindToOrder,
  type Ownership,
  ownershipOf,
  patternOf,
  structureOf,
} from "../sample-ownership.js";
import { writersBehind } from "../sample-writers.js";
import { MOVES, type Origin } from "../trace.js";

/** Samples that follow the conditions of others: in another order, mixed, or one for all. */
export const samples: Rule = {
  name: "samples",
  find(file, _told, accusations) {
    const ownership = ownershipOf(file.subject, file.batch);
    if (ownership === undefined) return [];
    const patterns = new Map(ownership.inputs.map((input) => [input, patternOf(ownership, input)]));
    return ownership.inputs.flatMap((input): Accusation[] => {
      if (file.mixes.includes(input.name) || isMeant(input, patterns)) return [];
      const found = mixingOf(input, patterns.get(input) as boolean[][], ownership, file);
      // Rows that computed numbers choose are where these numbers go, which has been said.
      const isTold =
        found !== undefined &&
        accusations.some(({ complaint }) => isSameLine(complaint.usedAt, placeOf(found.culprit.site)));
      return found === undefined || isTold ? [] : [accusation(found, input, ownership)];
    });
  },
};

interface Mixing {
  readonly kind: "order" | "one" | "pooled" | "mixed";
  readonly culprit: Origin;
  /** Others beside it that do the same, to what does not come from it. */
  readonly alike?: readonly Origin[];
}

/** Everything that the loss follows is mixed alike (a mixup of conditions, images and targets): on purpose. */
function isMeant(input: ChangedInput, patterns: ReadonlyMap<ChangedInput, boolean[][]>): boolean {
  const own = patterns.get(input) as boolean[][];
  const others = [...patterns].filter(([other, pattern]) => other !== input && pattern.flat().includes(true));
  return (
    isIdentity(own) || (others.length > 0 && others.every(([, pattern]) => String(pattern) === String(own)))
  );
}

function mixingOf(
  input: ChangedInput,
  pattern: readonly boolean[][],
  ownership: Ownership,
  { subject }: CaseFile,
): Mixing | undefined {
  const foreign = pattern.some((row, changed) =>
    row.some((follows, at) => follows && at !== changed && !pattern[at]?.[at]),
  );
  if (foreign) {
    const followed = pattern.filter((row) => row.includes(true));
    const isOne = followed.length === 1 && followed[0]?.every((follows) => follows) === true;
    // A loss of its own beside it, of the samples in their order, is none of that.
    const culprit = firstBreak(input, ownership, (origin) => leadsToResult(origin, ownership));
    if (culprit === undefined) return undefined;
    if (isOne) return { kind: "one", culprit };
    const isSum = !isMove(culprit) && followsSeveral(subject, ownership, input);
    const isMeant =
      isSum || isNeighbourhood(culprit, input, ownership) || isChosenByNumbers(culprit, ownership, subject);
    if (isMeant) return undefined;
    return { kind: "order", culprit, alike: breaks(input, ownership, isMove) };
  }
  if (isBlindToOrder(subject, ownership, input)) {
    const culprit = firstBreak(input, ownership, () => true);
    // What a step inside of the loss learned from it reaches the result by the weights.
    const isOnTheWay = culprit !== undefined && leadsToResult(culprit, ownership);
    return isOnTheWay ? { kind: "pooled", culprit } : undefined;
  }
  // Operations that compute may mean it (statistics of a batch); those that only move numbers cannot.
  const culprit = firstBreak(
    input,
    ownership,
    (origin) =>
      isMove(origin) &&
      !isBesideAllPairs(origin, ownership) &&
      !isUndone(origin, input, ownership) &&
      !isNeighbourhood(origin, input, ownership),
  );
  const isMixed = culprit !== undefined && !isChosenByNumbers(culprit, ownership, subject);
  return isMixed ? { kind: "mixed", culprit } : undefined;
}

function leadsToResult({ tensor }: Origin, { base, flow, result }: Ownership): boolean {
  const found = (base.origins[result] as Origin).tensor;
  return flow.influenceOf(tensor).has(found) || flow.influenceOf(found).has(tensor);
}

/** Operations that only move numbers, by layout or by index. */
function isMove({ operation }: Origin): boolean {
  return MOVES.has(operation) || operation === "gather";
}

/** The score of each sample's own partner in front of those of all: the logits of a contrastive loss. */
function isBesideAllPairs({ operation, inputs }: Origin, { samples }: Ownership): boolean {
  return (
    operation === "concat" &&
    inputs.every(({ shape: [rows], rank }) => rank === 2 && rows === samples) &&
    inputs.some(({ shape: [, columns] }) => columns === samples)
  );
}

/** Whether each sample has its own again later: the diagonal of a table of all pairs, say. */
function isUndone({ tensor }: Origin, input: ChangedInput, ownership: Ownership): boolean {
  const behind = ownership.flow.influenceOf(tensor);
  return ownership.base.origins.some(
    (later, at) =>
      later.tensor !== tensor &&
      later.tensor.size >= ownership.samples &&
      behind.has(later.tensor) &&
      structureOf(at, ownership, input) === "own",
  );
}

/** The first operation behind which samples are no longer told apart in the order of the batch. */
function firstBreak(
  input: ChangedInput,
  ownership: Ownership,
  isSuspect: (origin: Origin) => boolean,
): Origin | undefined {
  return breaks(input, ownership, isSuspect, 1)[0];
}

/** All operations that do so to values that were in order. */
export function breaks(
  input: ChangedInput,
  ownership: Ownership,
  isSuspect: (origin: Origin) => boolean,
  most: number = Number.POSITIVE_INFINITY,
  end: number = ownership.result,
): Origin[] {
  const found: Origin[] = [];
  const { base, flow } = ownership;
  const position = new Map(base.origins.map(({ tensor }, index) => [tensor, index]));
  const isOwn = (tensor: Tensor): boolean => {
    if (tensor === input.tensor) return true;
    const at = position.get(tensor);
    return at !== undefined && structureOf(at, ownership, input) === "own";
  };
  const follows = (tensor: Tensor): boolean => {
    const at = position.get(tensor);
    return at !== undefined && structureOf(at, ownership, input) !== "none";
  };
  for (let at = 0; at <= end; at++) {
    const origin = base.origins[at] as Origin;
    if (origin.inputs.length === 0 || !isSuspect(origin) || !flow.reachesLoss(origin.tensor)) continue;
    const structure = structureOf(at, ownership, input);
    if (structure === "own" || structure === "none") continue;
    // What reaches it in disorder was brought there by an operation before.
    const followers = origin.inputs.filter((one) => isOwn(one) || follows(one));
    if (followers.length > 0 && followers.every(isOwn)) found.push(origin);
    if (found.length === most) break;
  }
  return found;
}

function accusation(
  { kind, culprit, alike = [] }: Mixing,
  { name }: ChangedInput,
  ownership: Ownership,
): Accusation {
  const complaint = { status: "learns", fault: "conditionMixed", place: placeOf(culprit.site) } as const;
  return {
    names: [...new Set([culprit, ...alike].flatMap((one) => writersBehind(one, name, ownership)))],
    complaint: {
      ...complaint,
      ...sentencesOf(kind, nameOf(culprit), { name, layout: layoutBehind(culprit, ownership) }),
    },
  };
}

function sentencesOf(
  kind: Mixing["kind"],
  operation: string,
  { name, layout }: { readonly name: string; readonly layout: string | undefined },
): Pick<Complaint, "phrase" | "cause" | "repair"> {
  const keep = `Keep the batch as the first axis all the way from ${name} on${layout === undefined ? "" : `: ${layout} gives each sample its own weights`}.`;
  const declare = `Where it is meant, say so: mixes: ["${name}"].`;
  switch (kind) {
    case "order":
      return {
        phrase: `${operation} gives samples what was made for others`,
        cause: `After this ${operation} a sample follows the ${name} of another one and not its own, while the rest of the batch keeps its order.`,
        repair:
          operation === "concat"
            ? `Put what belongs to one sample side by side, stack(parts, 1) in the place of concat(parts, 0), or leave ${name} in the order of the batch. ${declare}`
            : `Leave ${name} in the order of the batch, or bring all of the batch into the same order. ${declare}`,
      };
    case "one":
      return {
        phrase: `${operation} takes one sample of ${name} for all`,
        cause: `Of ${name} one sample alone goes on from this ${operation}: all samples follow it, and none its own.`,
        repair: `${keep} ${declare}`,
      };
    case "pooled":
      return {
        phrase: `${operation} makes one of all samples of ${name}`,
        cause: `This ${operation} makes one of all samples of ${name}: two of them can change places and no result does, so none follows its own.`,
        repair: `${keep} ${declare}`,
      };
    case "mixed":
      return {
        phrase: `${operation} mixes the samples of ${name}`,
        cause: `After this ${operation} the values of one sample follow the ${name} of others: it takes the axis of the batch for another one.`,
        repair: `${keep} ${declare}`,
      };
  }
}

/** How the layer that takes its weights from behind an operation wants them; undefined where no layer does. */
function layoutBehind({ tensor, order }: Origin, { base, flow }: Ownership): string | undefined {
  const behind = flow.influenceOf(tensor);
  const reader = base.origins.find(
    ({ inputs, order: at }) => at >= order && inputs.slice(1).some((one) => behind.has(one)),
  );
  return LAYOUTS[reader?.operation ?? ""];
}

const LAYOUTS: Readonly<Record<string, string>> = {
  conv2d: "[B,O,I,kh,kw]",
  convTranspose2d: "[B,I,O,kh,kw]",
  linear: "[B,O,I]",
  pixelNetwork: "[B,O,I,1,1]",
  pixelNetworkLoss: "[B,O,I,1,1]",
};

function isIdentity(pattern: readonly boolean[][]): boolean {
  return pattern.every((row, changed) => row.every((follows, at) => !follows || at === changed));
}
