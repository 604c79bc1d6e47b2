import "./methods.js";

export type { Activation, PixelLossName } from "../kernels/index.js";
export { gelu, leakyRelu, relu, sigmoid, silu, softmax, softplus, tanh } from "./activation.js";
export { add, divide, multiply, subtract } from "./arithmetic.js";
export { cast } from "./cast.js";
export type { Pair } from "./check.js";
export { conv2d } from "./conv2d.js";
export type { Conv2dOptions } from "./conv2d-plan.js";
export { abs, clamp, exp, log, negate, round, sign, sqrt, square } from "./elementwise.js";
export { gather } from "./gather.js";
export { linear } from "./linear.js";
export { matmul } from "./matmul.js";
export { type PixelNetworkOptions, pixelNetwork } from "./pixel-network.js";
export { type PixelNetworkLossOptions, pixelNetworkLoss } from "./pixel-network-loss.js";
export type { PixelNetworkLayer } from "./pixel-network-plan.js";
export { averagePool2d, globalAveragePool, type PoolOptions } from "./pool.js";
export { max, mean, type ReduceOptions, sum } from "./reduce.js";
export { concat, type Range, reshape, slice, transpose } from "./shape-ops.js";
