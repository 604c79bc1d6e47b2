/** Reductions over axes. Sums accumulate in float64, whatever the dtype. */
import { TENSOR } from "../autograd/kinds.js";
import { record } from "../autograd/tape.js";
import { Tensor } from "../autograd/tensor.js";
import { check, checkOptions, type Fields } from "../core/arguments.js";
import { describeValue } from "../core/describe-value.js";
import { ShapeError, ValueError } from "../core/errors.js";
import { allocate, type FloatArray, toDType } from "../core/float-array.js";
import { BOOLEAN, either, listOf, NUMBER, optional } from "../core/kinds.js";
import { formatShape, normalizeAxis, sizeOf } from "../core/shape.js";
import { broadcastStrides, expandTo, forEachRow, sumTo } from "./strided.js";

export interface ReduceOptions {
  /** One axis or several, negative ones from the end; all of them when left out. */
  readonly axes?: number | readonly number[];
  /** Keep the reduced axes with size 1. Default false. */
  readonly keepDims?: boolean;
}

const AXES = either(NUMBER, listOf(NUMBER, "numbers"), "an axis, or a list of axes");
const REDUCE_OPTIONS: Fields<ReduceOptions> = { axes: optional(AXES), keepDims: optional(BOOLEAN) };

/**
 * The sum over the axes; the sum of no entries is 0.
 *
 * @throws {ValueError} when an axis does not exist or is given twice.
 */
export function sum(x: Tensor, options: ReduceOptions = {}): Tensor {
  return scaledSum("sum", x, options, false);
}

/** The mean over the axes; the mean of no entries is NaN. Throws as `sum`. */
export function mean(x: Tensor, options: ReduceOptions = {}): Tensor {
  return scaledSum("mean", x, options, true);
}

function scaledSum(operation: string, x: Tensor, options: ReduceOptions, isMean: boolean): Tensor {
  const { kept, shape } = reducedShapes(operation, x, options);
  const sums = Float64Array.from(sumTo(x.data, x.shape, kept));
  const count = isMean ? x.size / sums.length : 1;
  if (isMean) for (let i = 0; i < sums.length; i++) sums[i] = (sums[i] as number) / count;
  return record({
    operation,
    inputs: [x],
    shape,
    data: toDType(sums, x.dtype),
    backward: ({ data: upstream }) => {
      const gradient = allocate(x.dtype, x.size);
      expandTo(upstream, kept, x.shape, 1 / count, gradient);
      return [new Tensor({ shape: x.shape, data: gradient })];
    },
  });
}

/**
 * The largest entry over the axes; NaN when one of them is NaN. Entries that share the maximum share its
 * gradient equally, as in PyTorch's `amax`.
 *
 * @throws {ShapeError} when there is no entry to choose from.
 * @throws {ValueError} when an axis does not exist or is given twice.
 */
export function max(x: Tensor, options: ReduceOptions = {}): Tensor {
  const { kept, shape } = reducedShapes("max", x, options);
  const data = allocate(x.dtype, sizeOf(kept)).fill(-Infinity);
  if (x.size === 0 && data.length > 0) {
    throw new ShapeError({
      where: "max",
      expected: "at least one entry along the reduced axes",
      received: `shape ${formatShape(x.shape)}`,
      repair: "The maximum of no entries does not exist: skip empty batches.",
    });
  }
  const strides = broadcastStrides(kept, x.shape);
  forEachRow(x.shape, strides, strides, (start, length, to, step) => {
    for (let i = 0, at = to; i < length; i++, at += step) {
      data[at] = Math.max(data[at] as number, x.data[start + i] as number);
    }
  });
  return record({
    operation: "max",
    inputs: [x],
    shape,
    data,
    backward: ({ data: upstream }) => [
      new Tensor({ shape: x.shape, data: maxGradient(x, data, upstream, strides) }),
    ],
  });
}

function maxGradient(x: Tensor, largest: FloatArray, upstream: FloatArray, strides: number[]): FloatArray {
  const winners = new Float64Array(largest.length);
  const isWinner = (value: number, at: number): boolean => Object.is(value + 0, (largest[at] as number) + 0);
  forEachRow(x.shape, strides, strides, (start, length, to, step) => {
    for (let i = 0, at = to; i < length; i++, at += step) {
      if (isWinner(x.data[start + i] as number, at)) winners[at] = (winners[at] as number) + 1;
    }
  });
  const gradient = allocate(x.dtype, x.size);
  forEachRow(x.shape, strides, strides, (start, length, to, step) => {
    for (let i = 0, at = to; i < length; i++, at += step) {
      if (isWinner(x.data[start + i] as number, at)) {
        gradient[start + i] = (upstream[at] as number) / (winners[at] as number);
      }
    }
  });
  return gradient;
}

/** The result's shape with the reduced axes kept as 1, and as it is returned. */
function reducedShapes(
  operation: string,
  x: Tensor,
  options: ReduceOptions,
): { kept: number[]; shape: number[] } {
  check(operation, "x", x, TENSOR);
  checkOptions(operation, options, REDUCE_OPTIONS, {
    repair: (value) =>
      AXES.accepts(value) ? `Write ${operation}(x, { axes: ${describeValue(value)} }).` : undefined,
  });
  const { axes, keepDims = false } = options;
  const { shape } = x;
  const where = `${operation} axes`;
  const reduced = new Set<number>();
  for (const axis of axes === undefined ? shape.keys() : typeof axes === "number" ? [axes] : axes) {
    const fromFront = normalizeAxis(where, axis, shape.length);
    if (reduced.has(fromFront)) {
      throw new ValueError({
        where,
        expected: "each axis once",
        received: `axis ${fromFront} twice in ${formatShape(axes as readonly number[])}`,
      });
    }
    reduced.add(fromFront);
  }
  const kept = shape.map((size, axis) => (reduced.has(axis) ? 1 : size));
  return { kept, shape: keepDims ? kept : shape.filter((_, axis) => !reduced.has(axis)) };
}
