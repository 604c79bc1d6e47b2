/** All that the suite takes from the library, in one place: its folders may be moved without touching a form. */

export {
  grad,
  noGrad,
  type Parameter,
  Tensor,
  tensor,
  tidy,
} from "../../packages/synthconv/dist/autograd/index.js";
export { observe } from "../../packages/synthconv/dist/autograd/observe.js";
export type { ObservedOperation, Observer } from "../../packages/synthconv/dist/autograd/tensor.js";
export {
  type Interpolation,
  identityCube,
  type Lut,
  type Lut1D,
  type Lut3D,
  LutSampler,
  type PixelLayout,
  UNIT_DOMAIN,
} from "../../packages/synthconv/dist/colour/index.js";
export {
  type Activation,
  activationFunction,
  activationNames,
} from "../../packages/synthconv/dist/core/activations.js";
export { observeChoices } from "../../packages/synthconv/dist/core/choices.js";
export {
  allocateResult,
  type Initializer,
  initializers,
  placeResultsFrom,
  RandomStream,
  sharedFloats,
} from "../../packages/synthconv/dist/core/index.js";
export type {
  GeneratorInitialization,
  GeneratorKindName,
  GeneratorSettings,
} from "../../packages/synthconv/dist/generator/index.js";
export * as hyper from "../../packages/synthconv/dist/hyper/index.js";
export {
  addProduct,
  allocateSums,
  applyLut,
  applyPixelNetwork,
  applyPixelNetworkToPlanes,
  applyPixelNetworkToYCbCr,
  availableBackends,
  type Backend,
  type LayerGradients,
  type LutPixels,
  type MatrixProduct,
  type PixelData,
  type PixelLossName,
  type PixelNetwork,
  pixelLossNames,
  pixelNetworkBackward,
  pixelNetworkForward,
  pixelNetworkLoss,
  type SamplePlane,
  setBackend,
  startThreads,
  stopThreads,
  type YCbCrFrame,
  type YCbCrLayout,
} from "../../packages/synthconv/dist/kernels/index.js";
export { DITHER_SIDE, ditherMatrix } from "../../packages/synthconv/dist/kernels/interleaved/dither.js";
export { spline36 } from "../../packages/synthconv/dist/kernels/ycbcr/filter.js";
export * as nn from "../../packages/synthconv/dist/nn/index.js";
export { exportOnnx } from "../../packages/synthconv/dist/onnx/index.js";
export type { PixelNetworkLayer } from "../../packages/synthconv/dist/ops/index.js";
export * as ops from "../../packages/synthconv/dist/ops/index.js";
export * as train from "../../packages/synthconv/dist/train/index.js";
