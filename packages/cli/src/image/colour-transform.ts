/**
 * From a photo's own RGB to sRGB and back, in floating point and without clipping: a look is defined on sRGB
 * encoded values, and a colour that sRGB cannot hold becomes a value below 0 or above 1 instead of another
 * colour. Both profiles are relative to the D50 white of the profile connection space, so no further
 * adaptation is needed.
 */

import { linearToSrgb, srgbToLinear } from "synthconv/look";
import type { Curve } from "./icc-profile.js";
import { invert3, multiply3, type Nine } from "./matrix.js";

/** Both directions work in place on planar colours, `[3, N]`: all reds, then all greens, then all blues. */
export interface ColourTransform {
  /** The photo's encoded RGB, 0..1, to encoded sRGB, unbounded. */
  toSrgb(colours: Float32Array): void;
  /** Encoded sRGB, unbounded, to the photo's encoded RGB, clipped to 0..1. */
  fromSrgb(colours: Float32Array): void;
}

/** An RGB space by its curves and its matrix from linear RGB to XYZ under D50, row by row. */
export interface RgbSpace {
  readonly curves: readonly [Curve, Curve, Curve];
  readonly matrix: readonly number[];
}

// The colourants of the ICC's own sRGB profile: IEC 61966-2-1 primaries, adapted to D50 by Bradford.
const SRGB_TO_XYZ = [
  0.4360747, 0.3850649, 0.1430804, 0.2225045, 0.7168786, 0.0606169, 0.0139322, 0.0971045, 0.7141733,
];

// Codes of 16 (and of 8) bits fall on entries of this table, so their light is exact to float32.
const LIGHT_STEPS = 65_535;
// Tables from light are entered by its square root, in which every encoding is nearly straight, also in the
// shadows: 16,384 steps are then exact to 0.1 of a 16-bit code for gamma 2.2, entered by light itself they miss
// the darkest tones by hundreds.
const ROOT_STEPS = 16_384;

let srgbLight: Float32Array | undefined;
let srgbCodes: Float32Array | undefined;

/**
 * @returns undefined where the space is sRGB to within one 8-bit code: the direct path is then exact where a
 *   detour would round. (The profiles of sRGB in real files differ by up to 0.54 codes, at full green; the
 *   nearest that means another space differs by 64.)
 */
export function colourTransform(space: RgbSpace): ColourTransform | undefined {
  const toSrgb = multiply3(invert3(relativeToWhite(SRGB_TO_XYZ)), relativeToWhite(space.matrix));
  if (isSrgb(space.curves, toSrgb)) return undefined;
  const light = distinct(space.curves, lightTable);
  const codes = distinct(space.curves, codeTable);
  srgbLight ??= lightTable(srgbToLinear);
  srgbCodes ??= Float32Array.from({ length: ROOT_STEPS + 2 }, (_, i) => linearToSrgb((i / ROOT_STEPS) ** 2));
  const srgb = { light: srgbLight, codes: srgbCodes };
  const fromSrgb = invert3(toSrgb);
  return {
    toSrgb: (colours) => {
      decodeChannels(colours, light);
      multiplyColours(colours, toSrgb);
      for (let i = 0; i < colours.length; i++) colours[i] = encodeSrgb(colours[i] as number, srgb.codes);
    },
    fromSrgb: (colours) => {
      for (let i = 0; i < colours.length; i++) colours[i] = decodeSrgb(colours[i] as number, srgb.light);
      multiplyColours(colours, fromSrgb);
      encodeChannels(colours, codes);
    },
  };
}

/** Rows divided by their sums: white is (1, 1, 1) in every space, so greys stay grey to the last bit. */
function relativeToWhite(matrix: readonly number[]): number[] {
  return matrix.map((entry, index) => {
    const row = 3 * Math.floor(index / 3);
    return entry / ((matrix[row] as number) + (matrix[row + 1] as number) + (matrix[row + 2] as number));
  });
}

function isSrgb(curves: RgbSpace["curves"], toSrgb: readonly number[]): boolean {
  const steps = 16;
  const light = curves.map((curve) => Array.from({ length: steps + 1 }, (_, step) => curve(step / steps)));
  for (let red = 0; red <= steps; red++) {
    for (let green = 0; green <= steps; green++) {
      for (let blue = 0; blue <= steps; blue++) {
        const codes = [red, green, blue];
        const colour = codes.map((code, channel) => light[channel]?.[code] as number);
        for (let channel = 0; channel < 3; channel++) {
          const linear = colour.reduce(
            (sum, value, i) => sum + value * (toSrgb[3 * channel + i] as number),
            0,
          );
          const gap = linearToSrgb(linear) - (codes[channel] as number) / steps;
          if (Math.abs(gap) > 1 / 255) return false;
        }
      }
    }
  }
  return true;
}

function lightTable(curve: Curve): Float32Array {
  return Float32Array.from({ length: LIGHT_STEPS + 2 }, (_, i) => curve(Math.min(1, i / LIGHT_STEPS)));
}

/** The inverse of a curve, by bisection: it serves formulas and sampled curves alike. */
function codeTable(curve: Curve): Float32Array {
  return Float32Array.from({ length: ROOT_STEPS + 2 }, (_, i) => {
    const light = Math.min(1, (i / ROOT_STEPS) ** 2);
    let low = 0;
    let high = 1;
    while (high - low > 1e-9) {
      const middle = (low + high) / 2;
      if (curve(middle) < light) low = middle;
      else high = middle;
    }
    return high;
  });
}

/** One table for curves that are the same function. */
function distinct(
  curves: RgbSpace["curves"],
  table: (curve: Curve) => Float32Array,
): readonly [Float32Array, Float32Array, Float32Array] {
  const [red, green, blue] = curves;
  const first = table(red);
  const second = sameCurve(red, green) ? first : table(green);
  return [first, second, sameCurve(red, blue) ? first : table(blue)];
}

function sameCurve(a: Curve, b: Curve): boolean {
  for (let step = 0; step <= 1024; step++) if (a(step / 1024) !== b(step / 1024)) return false;
  return true;
}

function decodeChannels(colours: Float32Array, tables: readonly Float32Array[]): void {
  const count = colours.length / 3;
  for (let channel = 0; channel < 3; channel++) {
    const table = tables[channel] as Float32Array;
    for (let i = channel * count; i < (channel + 1) * count; i++) {
      colours[i] = interpolate(table, (colours[i] as number) * LIGHT_STEPS);
    }
  }
}

function encodeChannels(colours: Float32Array, tables: readonly Float32Array[]): void {
  const count = colours.length / 3;
  for (let channel = 0; channel < 3; channel++) {
    const table = tables[channel] as Float32Array;
    for (let i = channel * count; i < (channel + 1) * count; i++) {
      const light = Math.min(1, Math.max(0, colours[i] as number));
      colours[i] = interpolate(table, Math.sqrt(light) * ROOT_STEPS);
    }
  }
}

function encodeSrgb(light: number, codes: Float32Array): number {
  const magnitude = Math.abs(light);
  if (magnitude > 1) return linearToSrgb(light);
  const code = interpolate(codes, Math.sqrt(magnitude) * ROOT_STEPS);
  return light < 0 ? -code : code;
}

function decodeSrgb(code: number, light: Float32Array): number {
  const magnitude = Math.abs(code);
  if (magnitude > 1) return srgbToLinear(code);
  const value = interpolate(light, magnitude * LIGHT_STEPS);
  return code < 0 ? -value : value;
}

function interpolate(table: Float32Array, position: number): number {
  const index = Math.trunc(position);
  const below = table[index] as number;
  return below + ((table[index + 1] as number) - below) * (position - index);
}

function multiplyColours(colours: Float32Array, matrix: readonly number[]): void {
  const count = colours.length / 3;
  const [a, b, c, d, e, f, g, h, i] = matrix as Nine;
  for (let pixel = 0; pixel < count; pixel++) {
    const red = colours[pixel] as number;
    const green = colours[pixel + count] as number;
    const blue = colours[pixel + 2 * count] as number;
    colours[pixel] = a * red + b * green + c * blue;
    colours[pixel + count] = d * red + e * green + f * blue;
    colours[pixel + 2 * count] = g * red + h * green + i * blue;
  }
}
