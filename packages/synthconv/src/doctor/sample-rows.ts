/** Which axis of a tensor of the batch is that of its samples, and other numbers for one of them. */
import type { Tensor } from "../autograd/tensor.js";
import { largest, smallest } from "../core/extremes.js";
import type { FloatArray } from "../core/float-array.js";
import { RandomStream } from "../core/random.js";

/** The size that most tensors of the batch have along their first axis, or their second; undefined without two samples. */
export function batchSize(batch: ReadonlyMap<Tensor, string>): number | undefined {
  const counts = new Map<number, number>();
  for (const { rank, shape } of batch.keys()) {
    const [first = 0] = shape;
    if (rank >= 2 && first >= 2) counts.set(first, (counts.get(first) ?? 0) + 1);
  }
  for (const tensor of batch.keys()) {
    const [first, second = 0] = tensor.shape;
    const count = counts.get(second);
    if (tensor.rank >= 3 && first !== second && count !== undefined) counts.set(second, count + SECOND);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}

/** [T,B,F] says less of its B than [B,F] does. */
const SECOND = 0.5;

/** The axis of the samples; undefined where it has none. */
export function sampleAxis({ rank, shape }: Tensor, samples: number): number | undefined {
  if (rank >= 2 && shape[0] === samples) return 0;
  return rank >= 3 && shape[1] === samples ? 1 : undefined;
}

/**
 * Changes one sample by half of each entry's size: enough to be seen behind a ReLU.
 *
 * @returns what puts it back.
 */
export function changeRow(tensor: Tensor, row: number, axis: number): () => void {
  const range = rangeOf(tensor);
  const changed = tensor.data.slice();
  for (const i of entriesOf(tensor, row, axis)) changed[i] = changedWithin(range, changed[i] as number);
  return withData(tensor, changed);
}

export interface NumberRange {
  readonly least: number;
  readonly most: number;
}

export function rangeOf({ data }: Tensor): NumberRange {
  return { least: smallest(Array.from(data)), most: largest(Array.from(data)) };
}

/**
 * Another number, off by half of its size, and within the range where there is one: a program may refuse what its batch
 * never has, colours above 1, say.
 */
export function changedWithin({ least, most }: NumberRange, value: number, sign = 1): number {
  const change = 0.5 * Math.max(Math.abs(value), 0.1) * sign;
  const found = [value + change, value - change].find((one) => one >= least && one <= most);
  if (found !== undefined || !(least < most)) return found ?? value + change;
  return value - least > most - value ? least : most;
}

/**
 * Changes every entry up or down by half of its size, or of a tenth of the largest: not all alike, which a
 * normalisation would take away.
 *
 * @returns what puts it back.
 */
export function changeAll(tensor: Tensor): () => void {
  const random = new RandomStream({ seed: 0, purpose: "doctor inputs" });
  const range = rangeOf(tensor);
  const least = 0.1 * largest(Array.from(tensor.data, Math.abs), 0);
  const changed = tensor.data.map((value) => {
    const size = 0.5 * Math.max(Math.abs(value), least);
    const sign = random.uniform() < 0.5 ? -1 : 1;
    const other = value + sign * size;
    return other < range.least || other > range.most ? changedWithin(range, value, -sign) : other;
  });
  return withData(tensor, changed);
}

/** Lets the first two samples change places. */
export function swapRows(tensor: Tensor, axis: number): () => void {
  const { data } = tensor;
  const swapped = data.slice();
  const [first, second] = [0, 1].map((row) => entriesOf(tensor, row, axis)) as [number[], number[]];
  for (const [at, i] of first.entries()) {
    const other = second[at] as number;
    swapped[i] = data[other] as number;
    swapped[other] = data[i] as number;
  }
  return withData(tensor, swapped);
}

/** Another array in its place: a reshape of it is over the same one, and is to keep what the run saw. */
function withData(tensor: Tensor, data: FloatArray): () => void {
  const { data: before } = tensor;
  Reflect.set(tensor, "data", data);
  return () => Reflect.set(tensor, "data", before);
}

/** The entries of one sample along an axis. */
function entriesOf({ shape, size }: Tensor, row: number, axis: number): number[] {
  const stride = shape.slice(axis + 1).reduce((product, one) => product * one, 1);
  const side = shape[axis] as number;
  return Array.from({ length: size }, (_, i) => i).filter((i) => Math.floor(i / stride) % side === row);
}
