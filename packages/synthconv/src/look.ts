/** Looks without the trainer: read them, apply them, bake them, compare colours. Loads no tape. */
export * from "./colour/index.js";
export * from "./core/errors.js";
export * from "./format/index.js";
export {
  type ApplyLutOptions,
  applyLut,
  availableBackends,
  type Backend,
  currentBackend,
  type LutPixels,
  type PixelLayer,
  type PixelNetwork,
  pixelNetworkForward,
  setBackend,
} from "./kernels/index.js";
export * from "./look/index.js";
