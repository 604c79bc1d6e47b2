/** Shares of a whole along an axis, and their logarithms. */

import { TENSOR } from "../autograd/kinds.js";
import { numbersOf } from "../autograd/numbers.js";
import { record } from "../autograd/tape.js";
import { Tensor } from "../autograd/tensor.js";
import { check } from "../core/arguments.js";
import { allocateResult } from "../core/results.js";
import { normalizeAxis, sizeOf } from "../core/shape.js";
import { type Lines, prepareSoftmax } from "../kernels/index.js";
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
  const { forward, backward } = prepareSoftmax("softmax", lines, numbersOf(x));
  const data = allocateResult(x.dtype, x.size);
  forward(numbersOf(x), data);
  return record({
    operation: "softmax",
    inputs: [x],
    shape: x.shape,
    data,
    settings: { axis: lines.along },
    backward: (incoming) => {
      const upstream = numbersOf(incoming);
      const gradient = allocateResult(x.dtype, x.size);
      backward(upstream, data, gradient);
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
  const { forward, backward } = prepareSoftmax("logSoftmax", lines, numbersOf(x));
  const data = allocateResult(x.dtype, x.size);
  forward(numbersOf(x), data);
  return record({
    operation: "logSoftmax",
    inputs: [x],
    shape: x.shape,
    data,
    settings: { axis: lines.along },
    backward: (incoming) => {
      const upstream = numbersOf(incoming);
      const gradient = allocateResult(x.dtype, x.size);
      backward(upstream, data, gradient);
      return [new Tensor({ shape: x.shape, data: gradient })];
    },
    derivative: (upstream, y) => {
      const total = sum(upstream, { axes: lines.along, keepDims: true });
      return [subtract(upstream, multiply(exp(y), total))];
    },
  });
}

interface LinesAlong extends Lines {
  readonly along: number;
}

/** @throws {ValueError} when x is no tensor, or the axis does not exist. */
function linesAlong(operation: string, x: Tensor, axis: number): LinesAlong {
  check(operation, "x", x, TENSOR);
  const along = normalizeAxis(`${operation} axis`, axis, x.rank);
  const step = sizeOf(x.shape.slice(along + 1));
  return { along, size: x.size, length: x.shape[along] as number, step };
}
