/** From the corners of an RGB space to its matrix. */
import { invert3, multiply3 } from "./matrix3.js";

/** CIE 1931 x, y. */
export type Chromaticity = readonly [x: number, y: number];

export interface Chromaticities {
  readonly white: Chromaticity;
  readonly red: Chromaticity;
  readonly green: Chromaticity;
  readonly blue: Chromaticity;
}

export const D65: Chromaticity = [0.3127, 0.329];

// Bradford's cone responses (ICC.1:2022, annex E.2).
const BRADFORD = [0.8951, 0.2664, -0.1614, -0.7502, 1.7135, 0.0367, 0.0389, -0.0685, 1.0296];
/** The white of the ICC's profile connection space. */
const D50 = [0.9642, 1, 0.8249];

/**
 * Linear RGB to XYZ under D50, `[3,3]` row by row (SMPTE RP 177, then Bradford's adaptation).
 *
 * @returns undefined for chromaticities that span no triangle around their white.
 */
export function toXyzD50({ white, red, green, blue }: Chromaticities): number[] | undefined {
  const corners = [red, green, blue].map(xyzOf);
  const light = xyzOf(white);
  if ([...corners.flat(), ...light].some((value) => !Number.isFinite(value))) return undefined;
  const columns = [0, 1, 2].flatMap((row) => corners.map((corner) => corner[row] as number));
  const inverse = invert3(columns);
  const scales = multiplyVector(inverse, light);
  // Each light must add to white (the blue of cameras' gamuts, below y = 0, by a negative Y). ProPhoto's blue has 9e-5.
  const adds = [red, green, blue].every(([, y], at) => {
    const scale = (scales[at] as number) * Math.sign(y);
    return scale > 1e-6 && scale < 1e6;
  });
  if (!adds) return undefined;
  const matrix = columns.map((value, index) => value * (scales[index % 3] as number));
  const from = multiplyVector(BRADFORD, light);
  const to = multiplyVector(BRADFORD, D50);
  const adapted = BRADFORD.map((value, index) => {
    const row = Math.floor(index / 3);
    return (value * (to[row] as number)) / (from[row] as number);
  });
  return multiply3(multiply3(invert3(BRADFORD), adapted), matrix);
}

/** Rows divided by their sums: white is (1, 1, 1) in every space, so greys stay grey to the last bit. */
export function relativeToWhite(matrix: readonly number[]): number[] {
  return matrix.map((entry, index) => {
    const row = 3 * Math.floor(index / 3);
    return entry / ((matrix[row] as number) + (matrix[row + 1] as number) + (matrix[row + 2] as number));
  });
}

function xyzOf([x, y]: Chromaticity): [number, number, number] {
  return [x / y, 1, (1 - x - y) / y];
}

function multiplyVector(matrix: readonly number[], vector: readonly number[]): number[] {
  return [0, 3, 6].map((row) =>
    [0, 1, 2].reduce((sum, k) => sum + (matrix[row + k] as number) * (vector[k] as number), 0),
  );
}
