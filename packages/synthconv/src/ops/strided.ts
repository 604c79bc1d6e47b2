/**
 * Walks contiguous data in long rows while two other arrays are stepped through by their own strides:
 * what broadcasting, reductions, transposes and slices have in common.
 */
import type { FloatArray } from "../core/float-array.js";
import { type Shape, sameShape, sizeOf, stridesOf } from "../core/shape.js";
import { RunningSums } from "../core/sums.js";
import { ColumnSums, sumOfRun, sumsOfColumns, sumsOfLines } from "../kernels/index.js";

/**
 * One row: entry i lies at `start + i` of the contiguous array, at `a + i * stepA` and `b + i * stepB` of
 * the others.
 */
export type Row = (start: number, length: number, a: number, stepA: number, b: number, stepB: number) => void;

/**
 * Calls `row` for every row of a contiguous array of this shape. Neighbouring axes that all three arrays
 * step through evenly become one, so equal shapes are a single row.
 */
export function forEachRow(
  shape: Shape,
  stridesA: readonly number[],
  stridesB: readonly number[],
  row: Row,
): void {
  if (sizeOf(shape) === 0) return;
  const axes = mergedAxes(shape, stridesA, stridesB);
  const inner = axes.pop() ?? { size: 1, a: 0, b: 0 };
  const position = new Array<number>(axes.length).fill(0);
  let start = 0;
  let a = 0;
  let b = 0;
  for (;;) {
    row(start, inner.size, a, inner.a, b, inner.b);
    start += inner.size;
    let axis = axes.length - 1;
    for (; axis >= 0; axis--) {
      const { size, a: stepA, b: stepB } = axes[axis] as MergedAxis;
      a += stepA;
      b += stepB;
      position[axis] = (position[axis] as number) + 1;
      if (position[axis] !== size) break;
      position[axis] = 0;
      a -= size * stepA;
      b -= size * stepB;
    }
    if (axis < 0) return;
  }
}

/** An axis of three arrays that are walked together: the contiguous one, and the steps of the others. */
export interface MergedAxis {
  size: number;
  a: number;
  b: number;
}

/** The axes as few as they can be: neighbours that all three arrays step through evenly become one. */
export function mergedAxes(
  shape: Shape,
  stridesA: readonly number[],
  stridesB: readonly number[],
): MergedAxis[] {
  const axes: MergedAxis[] = [];
  for (let axis = 0; axis < shape.length; axis++) {
    const size = shape[axis] as number;
    if (size === 1) continue;
    const a = stridesA[axis] as number;
    const b = stridesB[axis] as number;
    const outer = axes.at(-1);
    if (outer !== undefined && outer.a === a * size && outer.b === b * size) {
      outer.size *= size;
      outer.a = a;
      outer.b = b;
    } else {
      axes.push({ size, a, b });
    }
  }
  return axes;
}

/** Strides that read a tensor of `shape` as if it had the broadcast shape `target`. */
export function broadcastStrides(shape: Shape, target: Shape): number[] {
  const strides = stridesOf(shape);
  const added = target.length - shape.length;
  return target.map((_, axis) =>
    axis < added || shape[axis - added] === 1 ? 0 : strides[axis - added],
  ) as number[];
}

/** The sums of `data` [shape] over the axes along which `target` was broadcast to `shape`. */
export function sumTo(data: FloatArray, shape: Shape, target: Shape): Float64Array | FloatArray {
  if (sameShape(shape, target)) return data;
  const strides = broadcastStrides(target, shape);
  const matrices = matricesAlong(shape, strides);
  const ofColumns = matrices && sumsOfColumns(data, matrices[0], matrices[1]);
  if (ofColumns !== undefined) return ofColumns;
  const sums = new RunningSums(sizeOf(target));
  const length = lengthOfLines(shape, strides);
  if (length !== undefined && sumsOfLines(data, length, (line, sum) => sums.add(line, sum))) {
    return sums.values();
  }
  const columns = new RowsOfColumns(data, sums);
  forEachRow(shape, strides, strides, (start, length, to, step) => {
    if (step === 0) {
      sums.add(to, sumOfRun(data, start, start + length));
    } else if (step !== 1 || !columns.take(start, length, to)) {
      for (let i = 0, at = to; i < length; i++, at += step) sums.add(at, data[start + i] as number);
    }
  });
  columns.flush();
  return sums.values();
}

/** Of arrays that are several lines, one after the other, each of which becomes one entry: their length. */
export function lengthOfLines(shape: Shape, strides: readonly number[]): number | undefined {
  if (sizeOf(shape) === 0) return undefined;
  const [lines, line, ...more] = mergedAxes(shape, strides, strides);
  const areLines = lines?.a === 1 && line?.a === 0 && more.length === 0;
  return areLines ? line.size : undefined;
}

/** Of arrays that are matrices, one after the other, each of which becomes a row: their rows and columns. */
function matricesAlong(
  shape: Shape,
  strides: readonly number[],
): [rows: number, columns: number] | undefined {
  if (sizeOf(shape) === 0) return undefined;
  const axes = mergedAxes(shape, strides, strides);
  const [rows, columns] = axes.slice(-2);
  if (rows?.a !== 0 || columns?.a !== 1 || axes.length > 3) return undefined;
  return axes.length === 2 || axes[0]?.a === columns.size ? [rows.size, columns.size] : undefined;
}

// Rows that go to the kernel at once; each has its start in a list.
const MOST_ROWS = 256;

/** Rows that are added to the same sums, column by column, one after the other: the kernel takes several at once. */
class RowsOfColumns {
  readonly #data: FloatArray;
  readonly #sums: RunningSums;
  #kernel: ColumnSums | undefined;
  #isAsked = false;
  #starts: number[] = [];
  #width = 0;
  #to = 0;

  constructor(data: FloatArray, sums: RunningSums) {
    this.#data = data;
    this.#sums = sums;
  }

  /** @returns whether the row was taken; all of a call are of one length. */
  take(start: number, width: number, to: number): boolean {
    if (!this.#isAsked) this.#kernel = ColumnSums.for(this.#data, width);
    this.#isAsked = true;
    if (this.#kernel === undefined) return false;
    if (to !== this.#to || this.#starts.length === MOST_ROWS) this.flush();
    this.#to = to;
    this.#width = width;
    this.#starts.push(start);
    return true;
  }

  flush(): void {
    const { sums, lost } = this.#sums;
    if (this.#starts.length > 0) {
      this.#kernel?.add(this.#data, this.#starts, this.#width, sums, lost, this.#to);
    }
    this.#starts = [];
  }
}

/** `data` of `shape` copied out to the broadcast shape `target`, each entry multiplied by `scale`. */
export function expandTo(
  data: FloatArray,
  shape: Shape,
  target: Shape,
  scale: number,
  out: FloatArray,
): void {
  const strides = broadcastStrides(shape, target);
  forEachRow(target, strides, strides, (start, length, from, step) => {
    if (step === 0) out.fill((data[from] as number) * scale, start, start + length);
    else if (step === 1 && scale === 1) out.set(data.subarray(from, from + length), start);
    else
      for (let i = 0, at = from; i < length; i++, at += step) out[start + i] = (data[at] as number) * scale;
  });
}
