/** All that the suite takes from the library, in one place: its folders may be moved without touching a form. */

export { grad, type Tensor, tensor } from "../../packages/synthconv/dist/autograd/index.js";
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
export { sharedFloats } from "../../packages/synthconv/dist/core/index.js";
export {
  addProduct,
  allocateSums,
  applyLut,
  applyPixelNetwork,
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
  setBackend,
  startThreads,
  stopThreads,
} from "../../packages/synthconv/dist/kernels/index.js";
export { DITHER_SIDE, ditherMatrix } from "../../packages/synthconv/dist/kernels/interleaved/dither.js";
export * as ops from "../../packages/synthconv/dist/ops/index.js";
