/**
 * The transfer functions of sRGB (IEC 61966-2-1:1999, section 5.2). Values outside 0..1 are extended by odd
 * symmetry, f(-v) = -f(v), as CSS Color 4 does for extended sRGB: nothing is clamped, so a colour that leaves
 * the gamut still counts as different from one on its boundary.
 */
import { check, NUMBER } from "../core/index.js";

const LINEAR_SLOPE = 12.92;
const OFFSET = 0.055;
const EXPONENT = 2.4;
/** Where the straight line ends: as an encoded value, and as light. */
const ENCODED_KNEE = 0.04045;
const LINEAR_KNEE = 0.0031308;

/**
 * Encoded sRGB, nominally 0..1, to light relative to white.
 *
 * @throws {ValueError} for what is no number.
 */
export function srgbToLinear(encoded: number): number {
  if (typeof encoded !== "number") check("srgbToLinear", "encoded", encoded, NUMBER);
  const magnitude = Math.abs(encoded);
  if (magnitude <= ENCODED_KNEE) return encoded / LINEAR_SLOPE;
  return Math.sign(encoded) * powerBranch(magnitude);
}

/**
 * Light relative to white, nominally 0..1, to encoded sRGB.
 *
 * @throws {ValueError} for what is no number.
 */
export function linearToSrgb(light: number): number {
  if (typeof light !== "number") check("linearToSrgb", "light", light, NUMBER);
  const magnitude = Math.abs(light);
  if (magnitude <= LINEAR_KNEE) return light * LINEAR_SLOPE;
  return Math.sign(light) * ((1 + OFFSET) * magnitude ** (1 / EXPONENT) - OFFSET);
}

function powerBranch(encoded: number): number {
  return ((encoded + OFFSET) / (1 + OFFSET)) ** EXPONENT;
}

// Math.pow is the dearest call of a comparison (45 ns against 2 ns for the table). The table holds the power
// branch alone, continued below the knee, so that no interval has a kink: the error of interpolation is then
// at most 3.1 / 8 / 4096^2 = 2.3e-8 in light.
const TABLE_STEPS = 4096;
const powerTable = Float64Array.from({ length: TABLE_STEPS + 2 }, (_, step) =>
  powerBranch(step / TABLE_STEPS),
);

/** {@link srgbToLinear} to 2.3e-8, from a table where 0 <= `encoded` <= 1. */
export function srgbToLinearFast(encoded: number): number {
  if (!(encoded > ENCODED_KNEE && encoded <= 1)) return srgbToLinear(encoded);
  const position = encoded * TABLE_STEPS;
  const step = Math.trunc(position);
  const below = powerTable[step] as number;
  return below + ((powerTable[step + 1] as number) - below) * (position - step);
}
