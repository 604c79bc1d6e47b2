/**
 * TensorFlow.js as callers hand it over: `import * as tf` from @tensorflow/tfjs, tfjs-node or tfjs-core. Nothing
 * here imports it, so there is never a second copy of its engine, whose variables the first would not know.
 */
import type * as tfjs from "@tensorflow/tfjs-core";
import { describeValue } from "../core/describe-value.js";
import { ValueError } from "../core/errors.js";
import { type Kind, kind } from "../core/kinds.js";

/** The part of the namespace `tf` that is used here. */
export type TensorFlow = Pick<
  typeof tfjs,
  "Tensor" | "Variable" | "customGrad" | "engine" | "keep" | "tensor" | "tidy" | "train"
>;

export type TfjsTensor = tfjs.Tensor;
export type TfjsVariable = tfjs.Variable;
export type TfjsScalar = tfjs.Scalar;
export type TfjsOptimizer = tfjs.Optimizer;

/** By what it has: an instance may be of another copy of TensorFlow.js. */
export const TFJS_TENSOR: Kind<TfjsTensor> = kind("a tensor of TensorFlow.js", (value) => {
  const { shape, dtype, dataSync } = (value ?? {}) as Partial<TfjsTensor>;
  return Array.isArray(shape) && typeof dtype === "string" && typeof dataSync === "function";
});

/** @throws {ValueError} when the namespace was left out. */
export function checkTensorFlow(where: string, tf: unknown): void {
  if (typeof tf === "object" && tf !== null && "engine" in tf && "customGrad" in tf) return;
  throw new ValueError({
    where,
    expected: "the namespace tf of TensorFlow.js as the first argument",
    received: describeValue(tf),
    repair: 'import * as tf from "@tensorflow/tfjs" (or tfjs-node, tfjs-core), and pass tf.',
  });
}
