import type { Tensor } from "../../autograd/tensor.js";
import { largest } from "../../core/extremes.js";
import { followingRows, type KnownRows, runOfKnownRows } from "../batch-rows.js";
import type { Accusation, CaseFile, Rule } from "../case-file.js";
import { Flow } from "../flow.js";
import type { Subject } from "../observed-loss.js";
import { placesApart, placesOf } from "../place.js";
import { readRun } from "../reads.js";
import type { Run } from "../sample-runs.js";
import { trainedBehind } from "../sample-writers.js";

/** Inputs and targets of a batch that were drawn, cut or repeated each by themselves, so that rows meet those of others. */
export const drawnApart: Rule = {
  name: "drawn apart",
  find(file, told, accusations) {
    if (told.size > 0 || accusations.length > 0) return [];
    const tensors = [...file.batch.keys()].filter(({ rank, shape }) => rank > 0 && (shape[0] as number) > 1);
    const hasPartner = (one: Tensor): boolean =>
      tensors.some((other) => other !== one && other.shape[0] === one.shape[0]);
    const paired = tensors.filter(hasPartner);
    const known = paired.length === 0 ? undefined : runOfKnownRows(file.subject, paired);
    if (known === undefined) return [];
    const { run, books } = known;
    const flow = new Flow(run.trace, run.loss);
    const rows = paired.flatMap((tensor) => {
      const book = books.get(tensor);
      const found = book === undefined ? [] : knownIn(tensor, (one) => book.samplesOf(one), run);
      return found.map(
        (one): Followed => ({
          ...one,
          name: file.batch.get(tensor) as string,
          count: tensor.shape[0] as number,
          following: followingRows(one.origin.tensor, run.origins, flow),
        }),
      );
    });
    return accusedIn(rows, run, flow, file);
  },
};

interface Followed extends KnownRows {
  /** Of the tensor of the batch. */
  readonly name: string;
  /** Its samples. */
  readonly count: number;
  /** The values whose rows come from these. */
  readonly following: ReadonlySet<Tensor>;
}

function knownIn(
  tensor: Tensor,
  samplesOf: (one: Tensor) => readonly number[] | undefined,
  { origins, trace }: Run,
): KnownRows[] {
  const found: KnownRows[] = origins.flatMap((origin) => {
    const samples = samplesOf(origin.tensor);
    return samples === undefined ? [] : [{ origin, samples }];
  });
  const entry = trace.entries.find((one) => one.tensor === tensor);
  const samples = samplesOf(tensor);
  if (entry !== undefined && samples !== undefined && !trace.origins.has(tensor)) {
    const { site } = entry;
    found.push({ origin: { tensor, order: -1, operation: "tensor", inputs: [], site }, samples });
  }
  return found;
}

function accusedIn(
  rows: readonly Followed[],
  run: Run,
  flow: Flow,
  { mixes, subject }: CaseFile,
): Accusation[] {
  let found: Accusation | undefined;
  for (const { inputs, tensor } of run.origins) {
    const [result, target] = [true, false].map((isTrained) => {
      const sides = inputs.filter((one) => trainedBehind([one], flow).length > 0 === isTrained);
      return inputs.length === 2 && sides.length === 1 ? sides[0] : undefined;
    });
    if (result === undefined || target === undefined || !flow.reachesLoss(tensor)) continue;
    if (result.shape[0] !== target.shape[0]) continue;
    const [given, compared] = [result, target].map((side) => rows.filter((one) => one.following.has(side)));
    if (given === undefined || compared === undefined) continue;
    // A shift within a series, a residual, noise that the target has as well: one tensor is on both sides.
    if (given.some((one) => compared.some(({ name }) => name === one.name))) continue;
    const pairs = given.flatMap((one) => compared.map((two) => [one, two] as const));
    const known = pairs.filter(([one, two]) => one.count === two.count);
    // Negatives beside positives, a mixup: what meets its own somewhere is meant.
    if (known.some(([one, two]) => !isApart(one, two))) return [];
    const [pair] = known.filter((both) => both.every(({ name }) => !mixes.includes(name)));
    if (pair !== undefined && isInOneOrder(given) && isInOneOrder(compared) && !isMatched(pair, subject))
      found ??= accusationOf(pair, result, flow);
  }
  return found === undefined ? [] : [found];
}

/** By chance some rows meet their own, of few samples more. */
const MOST = 0.5;

function isApart(one: KnownRows, two: KnownRows): boolean {
  return othersIn(one, two) > MOST * one.samples.length;
}

/** Rows that meet those of another sample. */
function othersIn({ samples }: KnownRows, two: KnownRows): number {
  return samples.filter((sample, row) => sample !== two.samples[row]).length;
}

/** Whether the program reads what the network gives before it chooses the rows: it looks for those that fit. */
function isMatched(pair: readonly Followed[], subject: Subject): boolean {
  const { reads, trace, loss } = readRun(subject, {});
  const flow = new Flow(trace, loss);
  const last = largest(pair.map(({ origin }) => origin.order));
  return reads.some(({ tensor, order = last }) => order < last && trainedBehind([tensor], flow).length > 0);
}

/** As the batch has them, each as often as it may be: the other side is the one that was laid out otherwise. */
function isSorted({ samples }: KnownRows): boolean {
  return samples.every((sample, row) => row === 0 || sample >= (samples[row - 1] as number));
}

/** A value that has rows of one tensor in two orders brings samples together on purpose: neighbours, a mixup. */
function isInOneOrder(sides: readonly Followed[]): boolean {
  return sides.every((one) =>
    sides.every((two) => one.name !== two.name || String(one.samples) === String(two.samples)),
  );
}

function accusationOf(
  [given, compared]: readonly [Followed, Followed],
  result: Tensor,
  flow: Flow,
): Accusation {
  const moved = isSorted(compared) && !isSorted(given) ? given : compared;
  const other = moved === compared ? given : compared;
  const { site } = moved.origin;
  const [place, usedAt] = other.origin.order < 0 ? placesOf(site) : placesApart(site, other.origin.site);
  const [rows, others] = [given.samples.length, othersIn(given, compared)];
  return {
    names: trainedBehind([result], flow),
    complaint: {
      ...{ status: "learns", fault: "conditionMixed", place, usedAt },
      phrase: `rows of ${given.name} meet those of other samples of ${compared.name}`,
      cause: `Row by row what the network gives for ${given.name} is compared with ${compared.name}, and the two were drawn, cut or repeated each by themselves: in ${others} of ${rows} rows they are of different samples, so each learns the target of another.`,
      repair: `Choose the rows once and take them of both, gather(${given.name}, rows) and gather(${compared.name}, rows), in one order of samples and repeats. Where it is meant, say so: mixes: ["${compared.name}"].`,
    },
  };
}
