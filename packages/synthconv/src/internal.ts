/**
 * What the project's own packages share with the library and nobody else needs. No promise is made about these names:
 * they change in any release.
 */

export { type ChartFinding, chartFindings } from "./chart/chart-findings.js";
export {
  asShown,
  BT709_PRIMARIES,
  type Chromaticities,
  type Formula,
  formulaCurve,
  gamma,
  matrixBetween,
  multiplyPlanes,
  SRGB_FORMULA,
  toXyzD50,
} from "./colour/index.js";
export { escapeText } from "./core/escape-text.js";
export { LeastSquares } from "./core/least-squares.js";
export { nearestName } from "./core/nearest-name.js";
export {
  applyPixelNetworkToPlanes,
  applyPixelNetworkToYCbCr,
  operationsPerPixel,
  type PixelPlanes,
  readPlanes,
  type SamplePlane,
  writePlanes,
  type YCbCrFrame,
  type YCbCrLayout,
} from "./kernels/index.js";
export {
  encodeCondition,
  isIdentity,
  isLink,
  type LookLayout,
  lookLayout,
  mergeNetworks,
  type NamedNetwork,
  versionOf,
  withStrength,
} from "./look/index.js";
export { type PairFinding, pairFindings } from "./pairs/pair-findings.js";
export { shrunk } from "./pairs/planes.js";
