/** Transfer functions, Lab, colour differences and lookup tables. Imports core/ alone. */
export { ColourComparison, type ColourDifference, compareColours, psnr } from "./compare.js";
export { deltaE76, deltaE2000 } from "./delta-e.js";
export { rgbToLab } from "./lab.js";
export {
  checkIsLut,
  checkLut,
  identityCube,
  isIdentityCube,
  isIdentityShaper,
  type Lut,
  type Lut1D,
  type Lut3D,
  latticeValue,
  type RgbTriple,
  UNIT_DOMAIN,
} from "./lut.js";
export { INTERPOLATION, type Interpolation, LutSampler } from "./lut-sampler.js";
export { LAYOUT, type PixelLayout } from "./pixels.js";
export { ErrorAccumulator, type ErrorStatistics, errorStatistics } from "./statistics.js";
export { linearToSrgb, srgbToLinear } from "./transfer.js";
