import "./methods.js";

export type { Activation } from "../core/activations.js";
export type { PixelLossName } from "../kernels/pixel-network/index.js";
export { gelu, leakyRelu, relu, sigmoid, silu, softplus, tanh } from "./activation.js";
export type { NormOptions } from "./affine.js";
export { add, divide, multiply, subtract } from "./arithmetic.js";
export { type AttentionOptions, scaledDotProductAttention } from "./attention.js";
export { type BatchNormOptions, batchNorm } from "./batch-norm.js";
export { cast } from "./cast.js";
export type { Padding, Pair, Sides } from "./check.js";
export { equal, greater, greaterEqual, less, lessEqual, notEqual } from "./comparison.js";
export { type ConvTranspose2dOptions, convTranspose2d } from "./conv-transpose2d.js";
export { type Conv1dOptions, conv1d } from "./conv1d.js";
export { conv2d } from "./conv2d.js";
export type { Conv2dOptions } from "./conv2d-options.js";
export { dropout } from "./dropout.js";
export { einsum } from "./einsum.js";
export {
  abs,
  ceil,
  clamp,
  cos,
  exp,
  floor,
  log,
  negate,
  round,
  sign,
  sin,
  sqrt,
  square,
} from "./elementwise.js";
export { expand } from "./expand.js";
export { maximum, minimum } from "./extremes.js";
export { flip } from "./flip.js";
export { gather } from "./gather.js";
export { type GridSampleOptions, gridSample } from "./grid-sample.js";
export { linear } from "./linear.js";
export { matmul } from "./matmul.js";
export { type MaxPoolOptions, maxPool2d } from "./max-pool.js";
export { groupNorm, instanceNorm, type LayerNormOptions, layerNorm } from "./normalization.js";
export { type PaddingMode, type PadOptions, pad } from "./pad.js";
export { type PixelNetworkOptions, pixelNetwork } from "./pixel-network.js";
export { type PixelNetworkLossOptions, pixelNetworkLoss } from "./pixel-network-loss.js";
export type { PixelNetworkLayer } from "./pixel-network-plan.js";
export { pixelShuffle, pixelUnshuffle } from "./pixel-shuffle.js";
export { averagePool2d, globalAveragePool, type PoolOptions } from "./pool.js";
export { pow } from "./pow.js";
export { max, mean, min, sum } from "./reduce.js";
export type { Axes, ReduceOptions } from "./reduced-axes.js";
export { type ResizeOptions, resize } from "./resize.js";
export type { ResizeMode } from "./resize-taps.js";
export { concat, reshape, transpose } from "./shape-ops.js";
export { type Range, slice } from "./slice.js";
export { logSoftmax, softmax } from "./softmax.js";
export { squeeze } from "./squeeze.js";
export { split, stack } from "./stack.js";
export { where } from "./where.js";
