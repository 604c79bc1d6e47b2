/** Which samples each value of a run follows: one row of one tensor of the batch is changed at a time. */

import type { Tensor } from "../autograd/tensor.js";
import { largest } from "../core/extremes.js";
import { Flow } from "./flow.js";
import type { Subject } from "./observed-loss.js";
import { batchSize, changeAll, changeRow, sampleAxis, swapRows } from "./sample-rows.js";
import { isSameRun, isSameWay, type Run, runAlike, runOf } from "./sample-runs.js";
import type { Origin } from "./trace.js";

/** A tensor of the batch, and the runs in which one of its rows was another. */
export interface ChangedInput {
  readonly name: string;
  readonly tensor: Tensor;
  /** The axis of its samples: 0, or 1 where another tensor says how many there are. */
  readonly axis: number;
  readonly runs: ReadonlyMap<number, Run>;
}

export interface Ownership {
  readonly samples: number;
  /** The rows that were changed. */
  readonly rows: readonly number[];
  readonly base: Run;
  readonly flow: Flow;
  readonly inputs: readonly ChangedInput[];
  /** Position of the last value with a row for each sample. */
  readonly result: number;
}

/**
 * - `own`: along some axis every sample has its block, in the order of the batch.
 * - `order`: every sample has a block of its own, in another order, or some have none.
 * - `shared`: entries follow several samples, or lie where no axis tells them apart.
 */
export type Structure = "own" | "order" | "shared" | "none";

/** All rows of a small batch, else two neighbours and the last: a shift by one shows in these. */
const ALL_ROWS = 4;
/** The values of a run that is larger are not kept for every change. */
const MAX_VALUES = 4_000_000;
const FELT = 1e-6;

/** Several rules ask, and between them nothing is trained. */
const known = new WeakMap<Subject, { readonly ownership: Ownership | undefined }>();

/** Undefined where nothing can be said: no two tensors of one batch, a loss that is another in every run. */
export function ownershipOf(subject: Subject, batch: ReadonlyMap<Tensor, string>): Ownership | undefined {
  const found = known.get(subject) ?? { ownership: askedOf(subject, batch) };
  known.set(subject, found);
  return found.ownership;
}

function askedOf(subject: Subject, batch: ReadonlyMap<Tensor, string>): Ownership | undefined {
  const samples = batchSize(batch);
  if (samples === undefined) return undefined;
  const base = runOf(subject);
  const inputs = [...batch].flatMap(([tensor, name]) => {
    const axis = sampleAxis(tensor, samples);
    return axis === undefined ? [] : [{ tensor, name, axis }];
  });
  const size = base.origins.reduce((sum, { tensor }) => sum + tensor.size, 0);
  if (inputs.length === 0 || size > MAX_VALUES || !isSameRun(base, runAlike(subject, base))) return undefined;
  const flow = new Flow(base.trace, base.loss);
  const result = base.origins.findLastIndex(
    ({ tensor, inputs: from }) => tensor.shape[0] === samples && from.length > 0 && flow.reachesLoss(tensor),
  );
  if (result < 0) return undefined;
  const rows = samples <= ALL_ROWS ? [...Array(samples).keys()] : [0, 1, samples - 1];
  const changed = inputs.map(({ tensor, name, axis }): ChangedInput => {
    const runs = rows.map(
      (row) => [row, runAlike(subject, base, () => changeRow(tensor, row, axis))] as const,
    );
    return { name, tensor, axis, runs: new Map(runs) };
  });
  const isComparable = changed.every(({ runs }) => [...runs.values()].every((one) => isSameWay(base, one)));
  return isComparable ? { samples, rows, base, flow, inputs: changed, result } : undefined;
}

/** Which rows of the result follow which rows of an input: `[changed][following]`, of the rows that were changed. */
export function patternOf({ rows, base, samples, result }: Ownership, { runs }: ChangedInput): boolean[][] {
  const before = (base.origins[result] as Origin).tensor;
  return rows.map((changed) => {
    const after = ((runs.get(changed) as Run).origins[result] as Origin).tensor;
    const shares = rowChanges(before, after, samples);
    const most = largest(shares);
    return rows.map((row) => (shares[row] as number) > FELT * most && most > 0);
  });
}

/** A batch of more samples than these is asked by the rows that were changed alone. */
const MAX_ASKED = 16;

/**
 * Whether some sample follows two or more others: a sum over neighbours (a graph convolution), while samples in another
 * order follow one each.
 */
export function followsSeveral(subject: Subject, ownership: Ownership, input: ChangedInput): boolean {
  const { samples, result, base } = ownership;
  const runs = new Map(input.runs);
  for (let row = 0; row < samples && samples <= MAX_ASKED; row++) {
    if (!runs.has(row))
      runs.set(
        row,
        runOf(subject, () => changeRow(input.tensor, row, input.axis)),
      );
  }
  const before = (base.origins[result] as Origin).tensor;
  const followed = new Array<number>(samples).fill(0);
  for (const one of runs.values()) {
    if (!isSameWay(base, one)) return false;
    const shares = rowChanges(before, (one.origins[result] as Origin).tensor, samples);
    const most = largest(shares);
    for (let row = 0; row < samples; row++) {
      if (most > 0 && (shares[row] as number) > FELT * most) followed[row] = (followed[row] as number) + 1;
    }
  }
  return followed.some((count) => count > 1);
}

/** Whether two samples can change places in an input, and nothing in the result tells. */
export function isBlindToOrder(
  subject: Subject,
  { base, result, samples }: Ownership,
  { tensor, axis }: ChangedInput,
): boolean {
  const swapped = runOf(subject, () => swapRows(tensor, axis));
  if (!isSameWay(base, swapped)) return false;
  const [before, after] = [base.origins[result], swapped.origins[result]].map(
    (one) => (one as Origin).tensor,
  );
  return rowChanges(before as Tensor, after as Tensor, samples).every((share) => share < 1e-5);
}

export function structureOf(position: number, ownership: Ownership, { runs }: ChangedInput): Structure {
  const { rows, base, samples } = ownership;
  const { tensor } = base.origins[position] as Origin;
  const masks = rows.map((row) =>
    maskOf(tensor, ((runs.get(row) as Run).origins[position] as Origin).tensor),
  );
  if (masks.every((mask) => mask.length === 0)) return "none";
  let found: Structure = "shared";
  for (const [axis, size] of tensor.shape.entries()) {
    const stride = tensor.shape.slice(axis + 1).reduce((product, one) => product * one, 1);
    const block = size % samples === 0 ? size / samples : 1;
    const blocks = masks.map(
      (mask) => new Set(mask.map((entry) => Math.floor((Math.floor(entry / stride) % size) / block))),
    );
    if (size % samples === 0 && blocks.every((one, index) => [...one].every((at) => at === rows[index])))
      return "own";
    const areSingle = blocks.every((one) => one.size <= 1);
    const all = blocks.flatMap((one) => [...one]);
    if (areSingle && new Set(all).size === all.length) found = "order";
  }
  return found;
}

/** Rows of a value that follow a sample of an input. */
export function rowsFollowing(
  ownership: Ownership,
  { runs }: ChangedInput,
  sample: number,
  position: number,
): Set<number> {
  return rowsBetween(ownership, runs.get(sample) as Run, position);
}

/** Rows of a value that another run changed. */
export function rowsBetween({ base }: Ownership, { origins }: Run, position: number): Set<number> {
  const { tensor } = base.origins[position] as Origin;
  const [rows = 1] = tensor.shape;
  const width = tensor.size / rows;
  const after = (origins[position] as Origin).tensor;
  return new Set(maskOf(tensor, after).map((entry) => Math.floor(entry / width)));
}

function maskOf(before: Tensor, after: Tensor): number[] {
  const mask: number[] = [];
  for (let i = 0; i < before.size; i++) {
    const value = before.data[i] as number;
    const change = Math.abs((after.data[i] as number) - value);
    if (change > FELT * Math.max(Math.abs(value), FELT)) mask.push(i);
  }
  return mask;
}

/** Largest change in each row over the largest number of all. */
function rowChanges(before: Tensor, after: Tensor, samples: number): number[] {
  const width = before.size / samples;
  const changes = new Array<number>(samples).fill(0);
  let size = 0;
  for (let i = 0; i < before.size; i++) {
    const [value, now] = [before.data[i] as number, after.data[i] as number];
    const row = Math.floor(i / width);
    changes[row] = Math.max(changes[row] as number, Math.abs(now - value));
    size = Math.max(size, Math.abs(value), Math.abs(now));
  }
  return size === 0 ? changes : changes.map((change) => change / size);
}

/** A run with every entry of an input changed by about half of its size; undefined where it goes another way. */
export function changedAllOver(
  subject: Subject,
  { base }: Ownership,
  { tensor }: ChangedInput,
): Run | undefined {
  const changed = runOf(subject, () => changeAll(tensor));
  return isSameWay(base, changed) ? changed : undefined;
}
