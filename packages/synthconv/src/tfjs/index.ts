/** For networks that stay with TensorFlow.js. */
export { pixelNetworkTfjs, type TfjsPixelNetworkOptions } from "./pixel-network.js";
export type { TfjsPixelLayer } from "./pixel-network-plan.js";
export type { TensorFlow, TfjsOptimizer, TfjsScalar, TfjsTensor, TfjsVariable } from "./tensorflow.js";
