/** Transfer functions, Lab, colour differences and lookup tables. Imports core/ alone. */
export { ColourComparison, type ColourDifference, compareColours, psnr } from "./compare.js";
export { deltaE76, deltaE2000 } from "./delta-e.js";
export { luminanceOf, rgbToLab } from "./lab.js";
export {
  checkIsLut,
  checkLut,
  type Lut,
  type LutTables,
  lutOfTables,
  requireTables,
  tablesOf,
} from "./lut/lut.js";
export { LutSampler } from "./lut/sampler.js";
export { CDL_STYLES, type CdlStage, type CdlStyle } from "./lut/stages/cdl.js";
export { EXPONENT_STYLES, type ExponentStage, type ExponentStyle } from "./lut/stages/exponent.js";
export { HALF_CODES, type HalfLut1D, halfOfCode } from "./lut/stages/half-lut1d.js";
export { LOG_STYLES, type LogStage, type LogStyle } from "./lut/stages/log.js";
export type { MatrixStage } from "./lut/stages/matrix.js";
export type { RangeEnd, RangeStage } from "./lut/stages/range.js";
export type { LutStage } from "./lut/stages/stages.js";
export {
  INTERPOLATION,
  type Interpolation,
  identityCube,
  isIdentityCube,
  isIdentityShaper,
  type Lut1D,
  type Lut3D,
  latticeValue,
  type RgbTriple,
  UNIT_DOMAIN,
} from "./lut/tables.js";
export { LAYOUT, type PixelLayout } from "./pixels.js";
export { asShown } from "./spaces/as-shown.js";
export { type Chromaticities, toXyzD50 } from "./spaces/chromaticities.js";
export type { ColourSpace } from "./spaces/colour-space.js";
export {
  COLOUR_SPACE_NAME,
  COLOUR_SPACES,
  colourSpaceNamed,
  colourSpaceNames,
  convertColours,
  matrixBetween,
} from "./spaces/colour-spaces.js";
export { type Formula, formulaCurve, gamma } from "./spaces/curves.js";
export { BT709_PRIMARIES, SRGB_FORMULA } from "./spaces/display-spaces.js";
export { multiplyPlanes } from "./spaces/matrix3.js";
export { ErrorAccumulator, type ErrorStatistics, errorStatistics } from "./statistics.js";
export { linearToSrgb, srgbToLinear } from "./transfer.js";
