/**
 * The common operations as methods of `Tensor`: `x.matmul(w).relu().mean()`. Importing this file adds them,
 * so package.json names it under `sideEffects`.
 */
import { Tensor } from "../autograd/tensor.js";
import type { DType } from "../core/float-array.js";
import type { Shape } from "../core/shape.js";
import { gelu, leakyRelu, relu, sigmoid, silu, softplus, tanh } from "./activation.js";
import { add, divide, multiply, subtract } from "./arithmetic.js";
import { cast } from "./cast.js";
import { abs, clamp, cos, exp, log, negate, sin, sqrt, square } from "./elementwise.js";
import { maximum, minimum } from "./extremes.js";
import { matmul } from "./matmul.js";
import { pow } from "./pow.js";
import { max, mean, min, sum } from "./reduce.js";
import type { Axes, ReduceOptions } from "./reduced-axes.js";
import { reshape, transpose } from "./shape-ops.js";
import { type Range, slice } from "./slice.js";
import { logSoftmax, softmax } from "./softmax.js";
import { squeeze } from "./squeeze.js";

/** Each is the function of the same name with the tensor as its first argument. */
export interface TensorMethods {
  add(b: Tensor | number): Tensor;
  subtract(b: Tensor | number): Tensor;
  multiply(b: Tensor | number): Tensor;
  divide(b: Tensor | number): Tensor;
  negate(): Tensor;
  pow(b: Tensor | number): Tensor;
  maximum(b: Tensor | number): Tensor;
  minimum(b: Tensor | number): Tensor;
  matmul(b: Tensor): Tensor;
  relu(): Tensor;
  leakyRelu(negativeSlope?: number): Tensor;
  silu(): Tensor;
  gelu(): Tensor;
  tanh(): Tensor;
  sigmoid(): Tensor;
  softplus(): Tensor;
  softmax(axis?: number): Tensor;
  logSoftmax(axis?: number): Tensor;
  exp(): Tensor;
  log(): Tensor;
  sqrt(): Tensor;
  abs(): Tensor;
  square(): Tensor;
  sin(): Tensor;
  cos(): Tensor;
  clamp(min: number, max: number): Tensor;
  sum(options?: ReduceOptions): Tensor;
  mean(options?: ReduceOptions): Tensor;
  max(options?: ReduceOptions): Tensor;
  min(options?: ReduceOptions): Tensor;
  reshape(shape: Shape): Tensor;
  transpose(axes?: readonly number[]): Tensor;
  slice(ranges: readonly (Range | undefined)[]): Tensor;
  squeeze(axes?: Axes): Tensor;
  cast(dtype: DType): Tensor;
}

declare module "../autograd/tensor.js" {
  interface Tensor extends TensorMethods {}
}

type OperationOn<Method> = Method extends (...args: infer Args) => Tensor
  ? (x: Tensor, ...args: Args) => Tensor
  : never;

const METHODS: { readonly [Name in keyof TensorMethods]: OperationOn<TensorMethods[Name]> } = {
  add,
  subtract,
  multiply,
  divide,
  negate,
  pow,
  maximum,
  minimum,
  matmul,
  relu,
  leakyRelu,
  silu,
  gelu,
  tanh,
  sigmoid,
  softplus,
  softmax,
  logSoftmax,
  exp,
  log,
  sqrt,
  abs,
  square,
  sin,
  cos,
  clamp,
  sum,
  mean,
  max,
  min,
  reshape,
  transpose,
  slice,
  squeeze,
  cast,
};

for (const [name, operation] of Object.entries(METHODS) as [string, OperationOn<() => Tensor>][]) {
  Object.defineProperty(Tensor.prototype, name, {
    value: function method(this: Tensor, ...args: []): Tensor {
      return operation(this, ...args);
    },
    configurable: true,
    writable: true,
  });
}
