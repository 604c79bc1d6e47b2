/** Activations of one entry at a time, any shape, and softmax along an axis. NaN stays NaN. */
import { TENSOR } from "../autograd/kinds.js";
import { record } from "../autograd/tape.js";
import { Tensor } from "../autograd/tensor.js";
import { type Activation, activationFunction, DEFAULT_NEGATIVE_SLOPE } from "../core/activations.js";
import { check } from "../core/arguments.js";
import { allocate } from "../core/float-array.js";
import { FINITE } from "../core/kinds.js";
import { normalizeAxis, sizeOf } from "../core/shape.js";
import { RunningSum } from "../core/sums.js";
import { type UnaryRule, unary } from "./unary.js";

/** The kernels' own definition of an activation, so that a chain of operations equals the fused network. */
function ruleOf(name: Activation, negativeSlope: number = DEFAULT_NEGATIVE_SLOPE): UnaryRule {
  const { value, derivative } = activationFunction(name, name);
  return {
    value: (x) => value(x, negativeSlope),
    gradient: (upstream, x) => {
      const slope = derivative(x, negativeSlope);
      // Where the function is flat nothing passes, not even an infinite gradient.
      return slope === 0 ? 0 : upstream * slope;
    },
  };
}

const RELU = ruleOf("relu");
const SILU = ruleOf("silu");
const GELU = ruleOf("gelu");
const TANH = ruleOf("tanh");
const SIGMOID = ruleOf("sigmoid");
const SOFTPLUS = ruleOf("softplus");

/** `max(x, 0)`; its gradient at 0 is 0. */
export function relu(x: Tensor): Tensor {
  return unary("relu", x, RELU);
}

/** `x` where it is positive, `negativeSlope * x` elsewhere (the gradient at 0 is `negativeSlope`). */
export function leakyRelu(x: Tensor, negativeSlope: number = DEFAULT_NEGATIVE_SLOPE): Tensor {
  check("leakyRelu", "negativeSlope", negativeSlope, FINITE);
  return unary("leakyRelu", x, ruleOf("leakyRelu", negativeSlope));
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
  check("softmax", "x", x, TENSOR);
  const along = normalizeAxis("softmax axis", axis, x.rank);
  const length = x.shape[along] as number;
  const step = sizeOf(x.shape.slice(along + 1));
  const data = allocate(x.dtype, x.size);
  const input = x.data;
  forEachLine(x.size, length, step, (start, end) => {
    let largest = -Infinity;
    for (let i = start; i < end; i += step) largest = Math.max(largest, input[i] as number);
    const sum = new RunningSum();
    for (let i = start; i < end; i += step) sum.add(Math.exp((input[i] as number) - largest));
    const total = sum.value;
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
        const sum = new RunningSum();
        for (let i = start; i < end; i += step) sum.add((upstream[i] as number) * (data[i] as number));
        const dot = sum.value;
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
