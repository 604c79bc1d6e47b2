export {
  type Activation,
  type ActivationFunction,
  activationFunction,
  activationNames,
  DEFAULT_NEGATIVE_SLOPE,
} from "./activations.js";
export { availableBackends, type Backend, currentBackend, setBackend } from "./backend.js";
export {
  type ConvolutionSizes,
  convolutionOnKernel,
  convolve,
  convolveImageGradient,
  convolveWeightGradient,
} from "./dense/convolution.js";
export {
  addProduct,
  allocateSums,
  type MatrixProduct,
  type ProductSize,
} from "./dense/product.js";
export {
  type LinearBackward,
  type LinearForward,
  type LinearSizes,
  linearBackward,
  linearForward,
} from "./dense/reference.js";
export { type ApplyLutOptions, applyLut, type LutPixels } from "./lut/index.js";
export * from "./pixel-network/index.js";
export * from "./pixels/index.js";
export {
  type StartedThreads,
  startThreads,
  stopThreads,
  type ThreadOptions,
  threadCount,
} from "./threads/index.js";
