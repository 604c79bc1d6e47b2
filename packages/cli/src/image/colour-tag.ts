/** What a file says of its colours other than by an ICC profile, and the RGB spaces that such words mean. */
import type { RgbSpace } from "./colour-transform.js";
import type { Curve } from "./icc-profile.js";
import { invert3, multiply3 } from "./matrix.js";

export interface ColourTag {
  /** In a sentence: `cICP`, `gAMA and cHRM`. */
  readonly name: string;
  /** Undefined for sRGB. */
  readonly space: FormulaSpace | undefined;
  /** Whether it is to be believed before an ICC profile in the same file. */
  readonly overIcc: boolean;
}

/** A space whose curve is one formula, so that an ICC profile can say the same. */
export interface FormulaSpace extends RgbSpace {
  readonly name: string;
  readonly formula: Formula;
}

/** Light is `(a x + b)^g` from `d` on and `c x` below. */
export interface Formula {
  readonly g: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
}

/** CIE 1931 chromaticities x, y. */
export interface Chromaticities {
  readonly white: Chromaticity;
  readonly red: Chromaticity;
  readonly green: Chromaticity;
  readonly blue: Chromaticity;
}

export type Chromaticity = readonly [x: number, y: number];

export function gamma(g: number): Formula {
  return { g, a: 1, b: 0, c: 0, d: 0 };
}

/** IEC 61966-2-1. */
export const SRGB_FORMULA: Formula = { g: 2.4, a: 1 / 1.055, b: 0.055 / 1.055, c: 1 / 12.92, d: 0.04045 };

const D65: Chromaticity = [0.3127, 0.329];

export const BT709_PRIMARIES: Chromaticities = {
  white: D65,
  red: [0.64, 0.33],
  green: [0.3, 0.6],
  blue: [0.15, 0.06],
};

/** @returns undefined for chromaticities that span no triangle around their white. */
export function formulaSpace(
  name: string,
  primaries: Chromaticities,
  formula: Formula,
): FormulaSpace | undefined {
  const matrix = toXyzD50(primaries);
  if (matrix === undefined) return undefined;
  const { g, a, b, c, d } = formula;
  const curve: Curve = (encoded) => (encoded >= d ? Math.max(0, a * encoded + b) ** g : c * encoded);
  return { name, formula, curves: [curve, curve, curve], matrix };
}

// Bradford's cone responses (ICC.1:2022, annex E.2).
const BRADFORD = [0.8951, 0.2664, -0.1614, -0.7502, 1.7135, 0.0367, 0.0389, -0.0685, 1.0296];
/** The white of the profile connection space. */
const D50 = [0.9642, 1, 0.8249];

/** Linear RGB to XYZ under D50 (SMPTE RP 177, then Bradford's adaptation). */
function toXyzD50({ white, red, green, blue }: Chromaticities): number[] | undefined {
  const corners = [red, green, blue].map(xyzOf);
  const light = xyzOf(white);
  if ([...corners.flat(), ...light].some((value) => !Number.isFinite(value))) return undefined;
  const columns = [0, 1, 2].flatMap((row) => corners.map((corner) => corner[row] as number));
  const inverse = invert3(columns);
  const scales = multiplyVector(inverse, light);
  // Each light must add to white. ProPhoto's blue has y = 0.0001, and a scale of 9e-5.
  if (!scales.every((scale) => scale > 1e-6 && scale < 1e6)) return undefined;
  const matrix = columns.map((value, index) => value * (scales[index % 3] as number));
  const from = multiplyVector(BRADFORD, light);
  const to = multiplyVector(BRADFORD, D50);
  const adapted = BRADFORD.map((value, index) => {
    const row = Math.floor(index / 3);
    return (value * (to[row] as number)) / (from[row] as number);
  });
  return multiply3(multiply3(invert3(BRADFORD), adapted), matrix);
}

function xyzOf([x, y]: Chromaticity): [number, number, number] {
  return [x / y, 1, (1 - x - y) / y];
}

function multiplyVector(matrix: readonly number[], vector: readonly number[]): number[] {
  return [0, 3, 6].map((row) =>
    [0, 1, 2].reduce((sum, k) => sum + (matrix[row + k] as number) * (vector[k] as number), 0),
  );
}

/** Adobe RGB (1998), sections 4.2 and 4.3: its gamma is 563/256. */
export const ADOBE_RGB: FormulaSpace = formulaSpace(
  "Adobe RGB (1998)",
  { white: D65, red: [0.64, 0.33], green: [0.21, 0.71], blue: [0.15, 0.06] },
  gamma(563 / 256),
) as FormulaSpace;
