/** Shares of a whole along an axis, and their logarithms. */
import { TENSOR } from "../autograd/kinds.js";
import { record } from "../autograd/tape.js";
import { Tensor } from "../autograd/tensor.js";
import { check } from "../core/arguments.js";
import { allocate } from "../core/float-array.js";
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
  check("softmax", "x", x, TENSOR);
  const along = normalizeAxis("softmax axis", axis, x.rank);
  const length = x.shape[along] as number;
  const step = sizeOf(x.shape.slice(along + 1));
  const data = allocate(x.dtype, x.size);
  const input = x.data;
  forEachLine(x.size, length, step, (start, end) => {
    let largest = -Infinity;
    for (let i = start; i < end; i += step) largest = Math.max(largest, input[i] as number);
    const running = new RunningSum();
    for (let i = start; i < end; i += step) running.add(Math.exp((input[i] as number) - largest));
    const total = running.value;
    for (let i = start; i < end; i += step) data[i] = Math.exp((input[i] as number) - largest) / total;
  });
  return record({
    operation: "softmax",
    inputs: [x],
    shape: x.shape,
    data,
    backward: ({ data: upstream }) => {
      const gradient = allocate(x.dtype, x.size);
      forEachLine(x.size, length, step, (start, end) => {
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
      const dot = sum(multiply(upstream, y), { axes: along, keepDims: true });
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
  check("logSoftmax", "x", x, TENSOR);
  const along = normalizeAxis("logSoftmax axis", axis, x.rank);
  const length = x.shape[along] as number;
  const step = sizeOf(x.shape.slice(along + 1));
  const data = allocate(x.dtype, x.size);
  const input = x.data;
  forEachLine(x.size, length, step, (start, end) => {
    let largest = -Infinity;
    for (let i = start; i < end; i += step) largest = Math.max(largest, input[i] as number);
    const running = new RunningSum();
    for (let i = start; i < end; i += step) running.add(Math.exp((input[i] as number) - largest));
    const total = Math.log(running.value);
    for (let i = start; i < end; i += step) data[i] = (input[i] as number) - largest - total;
  });
  return record({
    operation: "logSoftmax",
    inputs: [x],
    shape: x.shape,
    data,
    backward: ({ data: upstream }) => {
      const gradient = allocate(x.dtype, x.size);
      forEachLine(x.size, length, step, (start, end) => {
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
      const total = sum(upstream, { axes: along, keepDims: true });
      return [subtract(upstream, multiply(exp(y), total))];
    },
  });
}

/** Calls `line` with the first index, and the one after the last, of every line along an axis. */
function forEachLine(
  size: number,
  length: number,
  step: number,
  line: (start: number, end: number) => void,
): void {
  const block = length * step;
  for (let outer = 0; outer < size; outer += block) {
    for (let start = outer; start < outer + step; start++) line(start, start + block);
  }
}
