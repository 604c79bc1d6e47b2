/**
 * TensorFlow.js as callers hand it over: `import * as tf` from @tensorflow/tfjs, tfjs-node or tfjs-core. Nothing
 * here imports it, so there is never a second copy of its engine, whose variables the first would not know.
 */
import type * as tfjs from "@tensorflow/tfjs-core";

/** The part of the namespace `tf` that is used here. */
export type TensorFlow = Pick<
  typeof tfjs,
  "Tensor" | "Variable" | "customGrad" | "engine" | "keep" | "tensor" | "tidy" | "train"
>;

export type TfjsTensor = tfjs.Tensor;
export type TfjsVariable = tfjs.Variable;
export type TfjsScalar = tfjs.Scalar;
export type TfjsOptimizer = tfjs.Optimizer;
