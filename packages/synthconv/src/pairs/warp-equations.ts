import { solveCholesky } from "../core/cholesky.js";

/** Six of the affine map and one of the lens. */
const UNKNOWNS = 7;

/** What a pixel's slopes and residuals are, summed over its channels and weighed. */
export interface PixelMoments {
  readonly xx: number;
  readonly xy: number;
  readonly yy: number;
  /** Slope times residual. */
  readonly xr: number;
  readonly yr: number;
}

/**
 * The normal equations of a step of a warp. The seven slopes of a pixel's channel are its two slopes along x and y times
 * what the place alone says, so a pixel's channels go in together: a third of the work of a row for each.
 */
export class WarpEquations {
  readonly #matrix = new Float64Array(UNKNOWNS * UNKNOWNS);
  readonly #right = new Float64Array(UNKNOWNS);

  /**
   * @param place what x and y grow by for each of the three numbers of their row of the affine map.
   * @param lensX what x grows by with the lens; `lensY` y.
   */
  add(place: Float64Array, lensX: number, lensY: number, { xx, xy, yy, xr, yr }: PixelMoments): void {
    const [matrix, right] = [this.#matrix, this.#right];
    const [alongX, alongY] = [xx * lensX + xy * lensY, xy * lensX + yy * lensY];
    for (let i = 0; i < 3; i++) {
      const p = place[i] as number;
      for (let j = 0; j < 3; j++) {
        const square = p * (place[j] as number);
        matrix[7 * i + j] = (matrix[7 * i + j] as number) + xx * square;
        matrix[7 * i + 21 + j] = (matrix[7 * i + 21 + j] as number) + xy * square;
        matrix[7 * i + 24 + j] = (matrix[7 * i + 24 + j] as number) + yy * square;
      }
      matrix[42 + i] = (matrix[42 + i] as number) + alongX * p;
      matrix[45 + i] = (matrix[45 + i] as number) + alongY * p;
      right[i] = (right[i] as number) - xr * p;
      right[3 + i] = (right[3 + i] as number) - yr * p;
    }
    matrix[48] = (matrix[48] as number) + lensX * alongX + lensY * alongY;
    right[6] = (right[6] as number) - lensX * xr - lensY * yr;
  }

  /** @param ridge share of the mean of the diagonal that is added to it: a lens that is not searched gets 0. */
  solve(ridge: number): Float64Array {
    const matrix = Float64Array.from(this.#matrix);
    let trace = 0;
    for (let k = 0; k < UNKNOWNS; k++) trace += matrix[(UNKNOWNS + 1) * k] as number;
    for (let k = 0; k < UNKNOWNS; k++) {
      const at = (UNKNOWNS + 1) * k;
      matrix[at] = (matrix[at] as number) + (ridge * trace) / UNKNOWNS;
    }
    return solveCholesky(matrix, Float64Array.from(this.#right), 1);
  }
}
