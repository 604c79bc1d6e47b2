/** What the tables of an ICC profile are made of, one after the other (ICC.1:2022, sections 10.10 to 10.13). */
import type { Lattice } from "./lattice.js";
import { type StepCurves, takeCurves } from "./step-curves.js";

export type LutStep =
  | { readonly kind: "curves"; readonly curves: StepCurves }
  /** Three rows of three numbers, then what is added to each row. */
  | { readonly kind: "matrix"; readonly matrix: readonly number[] }
  | { readonly kind: "lattice"; readonly lattice: Lattice };

/**
 * @param colours planar `[3, N]`, changed in place.
 * @param readLattice one of the ways to read a lattice.
 */
export function takeSteps(
  steps: readonly LutStep[],
  colours: Float32Array,
  readLattice: (lattice: Lattice, colours: Float32Array) => void,
): void {
  for (const step of steps) {
    if (step.kind === "curves") takeCurves(step.curves, colours);
    else if (step.kind === "matrix") takeMatrix(step.matrix, colours);
    else readLattice(step.lattice, colours);
  }
}

function takeMatrix(matrix: readonly number[], colours: Float32Array): void {
  const count = colours.length / 3;
  const [a, b, c, d, e, f, g, h, i, x, y, z] = matrix as readonly number[] & Twelve;
  for (let pixel = 0; pixel < count; pixel++) {
    const one = colours[pixel] as number;
    const two = colours[count + pixel] as number;
    const three = colours[2 * count + pixel] as number;
    colours[pixel] = a * one + b * two + c * three + x;
    colours[count + pixel] = d * one + e * two + f * three + y;
    colours[2 * count + pixel] = g * one + h * two + i * three + z;
  }
}

type Twelve = Readonly<Record<0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10 | 11, number>>;
