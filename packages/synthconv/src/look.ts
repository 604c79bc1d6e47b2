/** Looks without the trainer: read them, apply them, bake them, compare colours. Loads no tape. */
export * from "./colour/index.js";
export * from "./core/errors.js";
export { sharedFloats } from "./core/float-array.js";
export * from "./format/index.js";
export {
  type ApplyLutOptions,
  type ApplyPixelNetwork,
  applyLut,
  applyPixelNetwork,
  availableBackends,
  type Backend,
  currentBackend,
  type LutPixels,
  type PixelLayer,
  type PixelNetwork,
  type PixelRun,
  pixelNetworkForward,
  readPlanes,
  type StartedThreads,
  setBackend,
  startThreads,
  stopThreads,
  type ThreadOptions,
  threadCount,
  writePlanes,
} from "./kernels/index.js";
export * from "./look/index.js";
