/** Shares of a whole along an axis, and their logarithms. */
import { TENSOR } from "../autograd/kinds.js";
import { record } from "../autograd/tape.js";
import { Tensor } from "../autograd/tensor.js";
import { check } from "../core/arguments.js";
import { allocate, type FloatArray } from "../core/float-array.js";
import { normalizeAxis, sizeOf } from "../core/shape.js";
import { RunningSum } from "../core/sums.js";
import { multiply, subtract } from "./arithmetic.js";
import { exp } from "./elementwise.js";
import { sum } from "./reduce.js";

/**
 * `e^x` divided by its sum along `axis`; same shape. The largest entry is subtracted first, so large
 * entries do not overflow.
 *
 * @throws {ValueError} when the axis does not exist.
 */
export function softmax(x: Tensor, axis = -1): Tensor {
  const lines = linesAlong("softmax", x, axis);
  const { step } = lines;
  const data = allocate(x.dtype, x.size);
  const input = x.data;
  forEachLine(lines, (start, end) => {
    const largest = largestOf(input, start, end, step);
    const total = exponentialsOf(input, largest, start, end, step);
    for (let i = start; i < end; i += step) data[i] = Math.exp((input[i] as number) - largest) / total;
  });
  return record({
    operation: "softmax",
    inputs: [x],
    shape: x.shape,
    data,
    settings: { axis: lines.along },
    backward: ({ data: upstream }) => {
      const gradient = allocate(x.dtype, x.size);
      forEachLine(lines, (start, end) => {
        const running = new RunningSum();
        for (let i = start; i < end; i += step) running.add((upstream[i] as number) * (data[i] as number));
        const dot = running.value;
        for (let i = start; i < end; i += step) {
          gradient[i] = (data[i] as number) * ((upstream[i] as number) - dot);
        }
      });
      return [new Tensor({ shape: x.shape, data: gradient })];
    },
    derivative: (upstream, y) => {
      const dot = sum(multiply(upstream, y), { axes: lines.along, keepDims: true });
      return [multiply(y, subtract(upstream, dot))];
    },
  });
}

/**
 * The logarithm of `softmax`, without the overflow and the lost digits of `log(softmax(x))`:
 * `x - largest - log(sum of e^(x - largest))` along `axis`; same shape.
 *
 * @throws {ValueError} when the axis does not exist.
 */
export function logSoftmax(x: Tensor, axis = -1): Tensor {
  const lines = linesAlong("logSoftmax", x, axis);
  const { step } = lines;
  const data = allocate(x.dtype, x.size);
  const input = x.data;
  forEachLine(lines, (start, end) => {
    const largest = largestOf(input, start, end, step);
    const total = Math.log(exponentialsOf(input, largest, start, end, step));
    for (let i = start; i < end; i += step) data[i] = (input[i] as number) - largest - total;
  });
  return record({
    operation: "logSoftmax",
    inputs: [x],
    shape: x.shape,
    data,
    settings: { axis: lines.along },
    backward: ({ data: upstream }) => {
      const gradient = allocate(x.dtype, x.size);
      forEachLine(lines, (start, end) => {
        const running = new RunningSum();
        for (let i = start; i < end; i += step) running.add(upstream[i] as number);
        const total = running.value;
        for (let i = start; i < end; i += step) {
          gradient[i] = (upstream[i] as number) - Math.exp(data[i] as number) * total;
        }
      });
      return [new Tensor({ shape: x.shape, data: gradient })];
    },
    derivative: (upstream, y) => {
      const total = sum(upstream, { axes: lines.along, keepDims: true });
      return [subtract(upstream, multiply(exp(y), total))];
    },
  });
}

/** The lines along an axis. */
interface Lines {
  readonly along: number;
  readonly size: number;
  readonly length: number;
  /** From an entry of a line to the next. */
  readonly step: number;
}

/** @throws {ValueError} when x is no tensor, or the axis does not exist. */
function linesAlong(operation: string, x: Tensor, axis: number): Lines {
  check(operation, "x", x, TENSOR);
  const along = normalizeAxis(`${operation} axis`, axis, x.rank);
  const step = sizeOf(x.shape.slice(along + 1));
  return { along, size: x.size, length: x.shape[along] as number, step };
}

/** Calls `line` with the first index, and the one after the last, of every line. */
function forEachLine({ size, length, step }: Lines, line: (start: number, end: number) => void): void {
  const block = length * step;
  for (let outer = 0; outer < size; outer += block) {
    for (let start = outer; start < outer + step; start++) line(start, start + block);
  }
}

function largestOf(values: FloatArray, start: number, end: number, step: number): number {
  let largest = -Infinity;
  for (let i = start; i < end; i += step) largest = Math.max(largest, values[i] as number);
  return largest;
}

/** The sum of `e^(value - largest)` over a line. */
function exponentialsOf(
  values: FloatArray,
  largest: number,
  start: number,
  end: number,
  step: number,
): number {
  const running = new RunningSum();
  for (let i = start; i < end; i += step) running.add(Math.exp((values[i] as number) - largest));
  return running.value;
}
