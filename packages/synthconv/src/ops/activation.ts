/** Activations of one entry at a time, any shape, and softmax along an axis. NaN stays NaN. */
import { record } from "../autograd/tape.js";
import { Tensor } from "../autograd/tensor.js";
import { erf } from "../core/erf.js";
import { allocate } from "../core/float-array.js";
import { normalizeAxis, sizeOf } from "../core/shape.js";
import { type UnaryRule, unary } from "./unary.js";

/** `1 / (1 + e^-x)`; a large negative x makes e^-x infinite, which gives the right 0. */
function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** The derivative of `logistic`, without the cancellation of s (1 - s) where s is near 1. */
function logisticSlope(x: number): number {
  const decay = Math.exp(-Math.abs(x));
  return decay / ((1 + decay) * (1 + decay));
}

/** Standard normal distribution function. */
function normalCdf(x: number): number {
  return 0.5 * (1 + erf(x / Math.SQRT2));
}

const RELU: UnaryRule = {
  value: (x) => (x <= 0 ? 0 : x),
  gradient: (upstream, x) => (x <= 0 ? 0 : upstream),
};
const SILU: UnaryRule = {
  value: (x) => x * logistic(x),
  gradient: (upstream, x) => upstream * (logistic(x) + x * logisticSlope(x)),
};
const GELU: UnaryRule = {
  value: (x) => x * normalCdf(x),
  gradient: (upstream, x) =>
    upstream * (normalCdf(x) + (x * Math.exp(-0.5 * x * x)) / Math.sqrt(2 * Math.PI)),
};
const TANH: UnaryRule = {
  value: Math.tanh,
  // 1 / cosh^2 and not 1 - y^2: y is rounded, and 1 - y^2 has no digits left where tanh saturates.
  gradient: (upstream, x) => upstream / Math.cosh(x) ** 2,
};
const SIGMOID: UnaryRule = { value: logistic, gradient: (upstream, x) => upstream * logisticSlope(x) };
const SOFTPLUS: UnaryRule = {
  value: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
  gradient: (upstream, x) => upstream * logistic(x),
};

/** `max(x, 0)`; its gradient at 0 is 0. */
export function relu(x: Tensor): Tensor {
  return unary("relu", x, RELU);
}

/** `x` where it is positive, `negativeSlope * x` elsewhere (the gradient at 0 is `negativeSlope`). */
export function leakyRelu(x: Tensor, negativeSlope = 0.01): Tensor {
  return unary("leakyRelu", x, {
    value: (value) => (value > 0 ? value : value * negativeSlope),
    gradient: (upstream, value) => (value > 0 ? upstream : upstream * negativeSlope),
  });
}

/** `x sigmoid(x)`, also called swish (Elfwing, Uchibe, Doya, 2018). */
export function silu(x: Tensor): Tensor {
  return unary("silu", x, SILU);
}

/** `x Phi(x)` with the exact normal distribution function (Hendrycks, Gimpel, 2016), not its tanh form. */
export function gelu(x: Tensor): Tensor {
  return unary("gelu", x, GELU);
}

/** Hyperbolic tangent. */
export function tanh(x: Tensor): Tensor {
  return unary("tanh", x, TANH);
}

/** `1 / (1 + e^-x)` */
export function sigmoid(x: Tensor): Tensor {
  return unary("sigmoid", x, SIGMOID);
}

/** `log(1 + e^x)` */
export function softplus(x: Tensor): Tensor {
  return unary("softplus", x, SOFTPLUS);
}

/**
 * `e^x` divided by its sum along `axis`; same shape. The largest entry is subtracted first, so large
 * entries do not overflow.
 *
 * @throws {ValueError} when the axis does not exist.
 */
export function softmax(x: Tensor, axis = -1): Tensor {
  const along = normalizeAxis("softmax axis", axis, x.rank);
  const length = x.shape[along] as number;
  const step = sizeOf(x.shape.slice(along + 1));
  const data = allocate(x.dtype, x.size);
  const input = x.data;
  forEachLine(x.size, length, step, (start, end) => {
    let largest = -Infinity;
    for (let i = start; i < end; i += step) largest = Math.max(largest, input[i] as number);
    let sum = 0;
    for (let i = start; i < end; i += step) sum += Math.exp((input[i] as number) - largest);
    for (let i = start; i < end; i += step) data[i] = Math.exp((input[i] as number) - largest) / sum;
  });
  return record({
    operation: "softmax",
    inputs: [x],
    shape: x.shape,
    data,
    backward: ({ data: upstream }) => {
      const gradient = allocate(x.dtype, x.size);
      forEachLine(x.size, length, step, (start, end) => {
        let dot = 0;
        for (let i = start; i < end; i += step) dot += (upstream[i] as number) * (data[i] as number);
        for (let i = start; i < end; i += step) {
          gradient[i] = (data[i] as number) * ((upstream[i] as number) - dot);
        }
      });
      return [new Tensor({ shape: x.shape, data: gradient })];
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
