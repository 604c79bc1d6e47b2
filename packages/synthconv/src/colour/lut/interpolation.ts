/**
 * Interpolation in a lattice at one point: the eight corners of its cell lie at `origin` plus any of the three
 * strides, the point at `fractions` 0..1 of the way along red, green and blue. Written to `target[0..2]`.
 */

/** Strides, in entries of the table, of a step along red, green and blue. */
export interface LatticeStrides {
  readonly red: number;
  readonly green: number;
  readonly blue: number;
}

export type CellInterpolation = (
  table: Float32Array,
  strides: LatticeStrides,
  origin: number,
  red: number,
  green: number,
  blue: number,
  target: Float64Array,
) => void;

/** Along red, then green, then blue: the weighted mean of all eight corners. */
export const interpolateTrilinear: CellInterpolation = (table, strides, origin, red, green, blue, target) => {
  const { red: stepRed, green: stepGreen, blue: stepBlue } = strides;
  for (let channel = 0; channel < 3; channel++) {
    const near = origin + channel;
    const far = near + stepBlue;
    const c00 = along(table, near, stepRed, red);
    const c10 = along(table, near + stepGreen, stepRed, red);
    const c01 = along(table, far, stepRed, red);
    const c11 = along(table, far + stepGreen, stepRed, red);
    const c0 = c00 + (c10 - c00) * green;
    const c1 = c01 + (c11 - c01) * green;
    target[channel] = c0 + (c1 - c0) * blue;
  }
};

function along(table: Float32Array, start: number, stride: number, fraction: number): number {
  const from = table[start] as number;
  return from + ((table[start + stride] as number) - from) * fraction;
}

/**
 * The cell is cut into six tetrahedra around its grey diagonal; the one that holds the point is found by sorting
 * the fractions. Walks from corner 000 along the axes in falling order of fraction to corner 111 (Sakamoto and
 * Itooka, US patent 4275413, 1981). Greys depend on greys alone, which keeps neutral colours neutral.
 */
export const interpolateTetrahedral: CellInterpolation = (
  table,
  strides,
  origin,
  red,
  green,
  blue,
  target,
) => {
  const { red: stepRed, green: stepGreen, blue: stepBlue } = strides;
  const diagonal = origin + stepRed + stepGreen + stepBlue;
  const least = Math.min(red, green, blue);
  const most = Math.max(red, green, blue);
  const middle = red + green + blue - most - least;
  const first = origin + (red === most ? stepRed : green === most ? stepGreen : stepBlue);
  const last = diagonal - (blue === least ? stepBlue : green === least ? stepGreen : stepRed);
  for (let channel = 0; channel < 3; channel++) {
    const start = table[origin + channel] as number;
    const second = table[first + channel] as number;
    const third = table[last + channel] as number;
    const end = table[diagonal + channel] as number;
    target[channel] = start + (second - start) * most + (third - second) * middle + (end - third) * least;
  }
};
