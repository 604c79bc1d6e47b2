/** Looks without the trainer: read them, apply them, bake them, compare colours. Loads no tape. */
export * from "./colour/index.js";
export * from "./core/errors.js";
export * from "./format/index.js";
export {
  type ApplyPixelNetwork,
  applyPixelNetwork,
  availableBackends,
  type Backend,
  currentBackend,
  type PixelLayer,
  type PixelNetwork,
  type PixelRun,
  pixelNetworkForward,
  readPlanes,
  setBackend,
  writePlanes,
} from "./kernels/index.js";
export * from "./look/index.js";
