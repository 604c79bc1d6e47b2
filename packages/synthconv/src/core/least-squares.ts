import { solveCholesky } from "./cholesky.js";

/** Weighted linear least squares by normal equations, in float64: sums in the order of the rows, so the same bits everywhere. */
export class LeastSquares {
  readonly #unknowns: number;
  readonly #outputs: number;
  readonly #matrix: Float64Array;
  readonly #right: Float64Array;

  /** @param outputs right sides that share the rows. */
  constructor(unknowns: number, outputs: number) {
    this.#unknowns = unknowns;
    this.#outputs = outputs;
    this.#matrix = new Float64Array(unknowns * unknowns);
    this.#right = new Float64Array(unknowns * outputs);
  }

  /** One equation for each output: `features . x = targets[output]`. */
  add(features: Float64Array, targets: ArrayLike<number>, weight: number): void {
    // In names of their own, because engines look private fields up anew at each use: half of this loop's time.
    const [n, outputs, matrix, right] = [this.#unknowns, this.#outputs, this.#matrix, this.#right];
    for (let row = 0; row < n; row++) {
      const factor = weight * (features[row] as number);
      if (factor === 0) continue;
      for (let column = 0; column <= row; column++) {
        const at = row * n + column;
        matrix[at] = (matrix[at] as number) + factor * (features[column] as number);
      }
      for (let output = 0; output < outputs; output++) {
        const at = row * outputs + output;
        right[at] = (right[at] as number) + factor * (targets[output] as number);
      }
    }
  }

  /** The equations of another system as well, `weight` times. */
  plus(other: LeastSquares, weight: number): LeastSquares {
    const sum = new LeastSquares(this.#unknowns, this.#outputs);
    for (let at = 0; at < sum.#matrix.length; at++) {
      sum.#matrix[at] = (this.#matrix[at] as number) + weight * (other.#matrix[at] as number);
    }
    for (let at = 0; at < sum.#right.length; at++) {
      sum.#right[at] = (this.#right[at] as number) + weight * (other.#right[at] as number);
    }
    return sum;
  }

  /**
   * @param ridge share of the mean of the diagonal that is added to it: units that never fire get weight 0.
   * @returns `[unknowns,outputs]`, by Cholesky's factors.
   */
  solve(ridge: number): Float64Array {
    const n = this.#unknowns;
    const matrix = Float64Array.from(this.#matrix);
    let trace = 0;
    for (let k = 0; k < n; k++) trace += matrix[k * n + k] as number;
    for (let k = 0; k < n; k++) matrix[k * n + k] = (matrix[k * n + k] as number) + (ridge * trace) / n;
    return solveCholesky(matrix, Float64Array.from(this.#right), this.#outputs);
  }
}
