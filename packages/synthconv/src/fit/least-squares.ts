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
  add(features: Float64Array, targets: readonly number[], weight: number): void {
    const n = this.#unknowns;
    for (let row = 0; row < n; row++) {
      const factor = weight * (features[row] as number);
      if (factor === 0) continue;
      for (let column = 0; column <= row; column++) {
        const at = row * n + column;
        this.#matrix[at] = (this.#matrix[at] as number) + factor * (features[column] as number);
      }
      for (let output = 0; output < this.#outputs; output++) {
        const at = row * this.#outputs + output;
        this.#right[at] = (this.#right[at] as number) + factor * (targets[output] as number);
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
   * @returns `[unknowns,outputs]`, by Cholesky's factors (Golub and Van Loan, algorithm 4.2.1).
   */
  solve(ridge: number): Float64Array {
    const n = this.#unknowns;
    const factor = Float64Array.from(this.#matrix);
    let trace = 0;
    for (let k = 0; k < n; k++) trace += factor[k * n + k] as number;
    for (let row = 0; row < n; row++) {
      for (let column = 0; column <= row; column++) {
        let sum = (factor[row * n + column] as number) + (row === column ? (ridge * trace) / n : 0);
        for (let k = 0; k < column; k++)
          sum -= (factor[row * n + k] as number) * (factor[column * n + k] as number);
        const pivot = factor[column * n + column] as number;
        factor[row * n + column] = row === column ? Math.sqrt(Math.max(sum, Number.MIN_VALUE)) : sum / pivot;
      }
    }
    return this.#substitute(factor);
  }

  #substitute(factor: Float64Array): Float64Array {
    const n = this.#unknowns;
    const outputs = this.#outputs;
    const x = Float64Array.from(this.#right);
    for (let output = 0; output < outputs; output++) {
      const at = (k: number): number => k * outputs + output;
      for (let row = 0; row < n; row++) {
        let sum = x[at(row)] as number;
        for (let k = 0; k < row; k++) sum -= (factor[row * n + k] as number) * (x[at(k)] as number);
        x[at(row)] = sum / (factor[row * n + row] as number);
      }
      for (let row = n - 1; row >= 0; row--) {
        let sum = x[at(row)] as number;
        for (let k = row + 1; k < n; k++) sum -= (factor[k * n + row] as number) * (x[at(k)] as number);
        x[at(row)] = sum / (factor[row * n + row] as number);
      }
    }
    return x;
  }
}
