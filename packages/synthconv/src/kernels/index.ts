export { availableBackends, type Backend, currentBackend, setBackend } from "./base/backend.js";
export { movePlanes, type Places } from "./borders/index.js";
export {
  type ConvolutionSizes,
  convolve,
  convolveImageGradient,
  convolveWeightGradient,
} from "./convolution/index.js";
export {
  type Arithmetic,
  applyToEntries,
  arithmeticRows,
  type EntryFunction,
  type PreparedPower,
  preparePower,
  pullBackEntries,
  type RowGradient,
  type RowOperation,
} from "./entries/index.js";
export {
  type ApplyPixelNetwork,
  type ApplyToPlanes,
  applyPixelNetwork,
  applyPixelNetworkToPlanes,
  blendPlanes,
  checkDither,
  countPixels,
  PIXELS,
  type PixelData,
  type PixelDither,
  type PixelPlanes,
  type PixelRun,
  readPlanes,
  writePlanes,
} from "./interleaved/index.js";
export { type ApplyLutOptions, applyLut, type LutPixels } from "./lut/index.js";
export { type MatrixPlace, transposeMatrix } from "./moves/index.js";
export {
  checkNetwork,
  DEFAULT_EPSILON,
  EPSILON,
  type LayerGradients,
  LOSS,
  operationsPerPixel,
  type PixelLayer,
  type PixelLossName,
  type PixelNetwork,
  type PixelNetworkBackward,
  type PixelNetworkForward,
  type PixelNetworkLoss,
  pixelLossNames,
  pixelNetworkBackward,
  pixelNetworkForward,
  pixelNetworkLoss,
} from "./pixel-network/index.js";
export { addProduct, allocateSums, type MatrixProduct, type ProductSize } from "./product/index.js";
export { type LinearForward, type LinearSizes, linearForward } from "./product/linear.js";
export { type AxisTaps, type Direction, type Resampling, resamplePlanes } from "./resample/index.js";
export {
  areRunsCovered,
  ColumnSums,
  type DistanceName,
  extremeOfRun,
  extremesOfLines,
  type Groups,
  type Lines,
  type NormLines,
  normalizationGradient,
  normalizeGroups,
  prepareDistance,
  prepareNormLines,
  prepareSoftmax,
  type RunGains,
  type SoftmaxName,
  type Statistics,
  statisticsOf,
  sumOfRun,
  sumOfSquaresOf,
  sumsOfColumns,
  sumsOfLines,
} from "./runs/index.js";
export { threadCount } from "./threads/parallel.js";
export { type AdamState, type AdamStep, adamStep } from "./updates/index.js";
export { type StartedThreads, startThreads, stopThreads, type ThreadOptions } from "./workers/start.js";
export {
  type ApplyToYCbCr,
  applyPixelNetworkToYCbCr,
  type SamplePlane,
  type YCbCrFrame,
  type YCbCrLayout,
} from "./ycbcr/index.js";
