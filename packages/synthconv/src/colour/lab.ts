/**
 * sRGB to CIE XYZ and CIE L*a*b* (CIE 15:2004, section 8.2.1) under D65, the white of sRGB, so no adaptation
 * is needed. XYZ is carried relative to the white point (X/Xn, Y/Yn, Z/Zn), which is all that Lab asks for.
 */
import { check, type FloatArray } from "../core/index.js";
import { COLOURS, type PixelLayout, type PixelStrides, pixelStrides } from "./pixels.js";
import { srgbToLinearFast } from "./transfer.js";

// Linear sRGB to XYZ relative to white, from the primaries and the white of IEC 61966-2-1 (red 0.64 0.33, green
// 0.30 0.60, blue 0.15 0.06, white 0.3127 0.3290) by SMPTE RP 177; each row divided by the white, so it sums to 1 and
// greys have a* = b* = 0. A test derives the same numbers.
const X_RED = 0.43388734556603975;
const X_GREEN = 0.37622400913749887;
const Y_RED = 0.21263900587151024;
const Y_GREEN = 0.7151686787677561;
const Z_RED = 0.017750040070973232;
const Z_GREEN = 0.10944762085523849;

/** Y of linear sRGB, 1 for white. */
export function luminanceOf(red: number, green: number, blue: number): number {
  return blue + Y_RED * (red - blue) + Y_GREEN * (green - blue);
}

// CIE 15:2004: the cube root gives way to a straight line at (6/29)^3.
const KNEE = (6 / 29) ** 3;
const LINE_SLOPE = (29 / 6) ** 2 / 3;
const LINE_OFFSET = 4 / 29;

// One Newton step doubles the digits of a linear table; with 2048 entries the relative error at the knee, where
// the cube root bends most, is 1e-8. Half the time of Math.cbrt.
const ROOT_STEPS = 2048;
const rootTable = Float64Array.from({ length: ROOT_STEPS + 2 }, (_, step) => Math.cbrt(step / ROOT_STEPS));

/** f(t) of CIE 15:2004 eq. 8.5 and 8.6; the line also serves negative t. */
function labCurve(relative: number): number {
  if (relative <= KNEE) return LINE_SLOPE * relative + LINE_OFFSET;
  if (!(relative <= 1)) return Math.cbrt(relative);
  const position = relative * ROOT_STEPS;
  const step = Math.trunc(position);
  const below = rootTable[step] as number;
  const guess = below + ((rootTable[step + 1] as number) - below) * (position - step);
  return (2 * guess + relative / (guess * guess)) / 3;
}

/**
 * Lab of `count` colours from `first` on, written interleaved from `target[0]`: the inner loop of everything
 * that measures colour differences.
 */
export function labOfRange(
  rgb: FloatArray,
  strides: PixelStrides,
  first: number,
  count: number,
  target: FloatArray,
): void {
  const { pixel, channel } = strides;
  let source = first * pixel;
  for (let out = 0; out < count * 3; out += 3) {
    const red = srgbToLinearFast(rgb[source] as number);
    const green = srgbToLinearFast(rgb[source + channel] as number);
    const blue = srgbToLinearFast(rgb[source + 2 * channel] as number);
    // As distances from blue, rows sum to exactly 1 whatever the rounding.
    const fromRed = red - blue;
    const fromGreen = green - blue;
    const fx = labCurve(blue + X_RED * fromRed + X_GREEN * fromGreen);
    const fy = labCurve(blue + Y_RED * fromRed + Y_GREEN * fromGreen);
    const fz = labCurve(blue + Z_RED * fromRed + Z_GREEN * fromGreen);
    target[out] = 116 * fy - 16;
    target[out + 1] = 500 * (fx - fy);
    target[out + 2] = 200 * (fy - fz);
    source += pixel;
  }
}

/**
 * CIE L*a*b* (D65) of encoded sRGB colours, nominally 0..1 (beyond: odd symmetry, see `srgbToLinear`).
 *
 * @returns L* 0..100, a*, b* for each colour, interleaved, in float64; error below 2e-5 in each coordinate.
 * @throws {ShapeError} when the length is no multiple of 3.
 * @throws {ValueError} for an array of another kind and another layout.
 */
export function rgbToLab(rgb: FloatArray, layout: PixelLayout = "interleaved"): Float64Array {
  check("rgbToLab", "rgb", rgb, COLOURS);
  const strides = pixelStrides("rgbToLab", rgb, layout);
  const lab = new Float64Array(rgb.length);
  labOfRange(rgb, strides, 0, strides.count, lab);
  return lab;
}
