/** Sums over residuals for a step of Gauss and Newton: J J^T and J r, of a Jacobian with a row for each unknown. */

import { solveCholesky } from "../core/cholesky.js";
import { addProduct } from "../kernels/index.js";

/** Rows of the matrix made at once: half of it is left out where it is the other half's mirror image. */
const PANEL = 128;

export class NormalEquations {
  readonly #unknowns: number;
  /** The lower triangle in bands of PANEL rows, each `[rows, last row + 1]`. */
  readonly #panels: Float64Array[] = [];
  readonly #right: Float64Array;

  constructor(unknowns: number) {
    this.#unknowns = unknowns;
    this.#right = new Float64Array(unknowns);
    for (let start = 0; start < unknowns; start += PANEL) {
      const end = Math.min(unknowns, start + PANEL);
      this.#panels.push(new Float64Array((end - start) * end));
    }
  }

  clear(): void {
    for (const panel of this.#panels) panel.fill(0);
    this.#right.fill(0);
  }

  /**
   * @param rows `[unknowns, count]`
   * @param residuals `[count]`
   */
  add(rows: Float32Array, residuals: Float32Array): void {
    const count = residuals.length;
    this.#panels.forEach((out, panel) => {
      const start = panel * PANEL;
      const end = Math.min(this.#unknowns, start + PANEL);
      addProduct({
        ...{ rows: end - start, columns: end, inner: count },
        a: rows.subarray(start * count, end * count),
        b: rows.subarray(0, end * count),
        transposed: "b",
        out,
      });
    });
    for (let unknown = 0; unknown < this.#unknowns; unknown++) {
      const line = unknown * count;
      this.#right[unknown] =
        (this.#right[unknown] as number) + dotProduct(rows.subarray(line, line + count), residuals);
    }
  }

  /**
   * The step, damped as Marquardt does (J. SIAM 11(2), 1963): each unknown by its own diagonal.
   *
   * @param ridge share of the mean diagonal that every unknown gets besides: units that say nothing stay where they are.
   */
  solve(damping: number, ridge: number): Float64Array {
    const n = this.#unknowns;
    const matrix = new Float64Array(n * n);
    let trace = 0;
    this.#panels.forEach((panel, nth) => {
      const start = nth * PANEL;
      const end = Math.min(n, start + PANEL);
      for (let row = start; row < end; row++) {
        matrix.set(panel.subarray((row - start) * end, (row - start) * end + row + 1), row * n);
        trace += matrix[row * n + row] as number;
      }
    });
    for (let at = 0; at < n; at++) {
      const diagonal = matrix[at * n + at] as number;
      matrix[at * n + at] = diagonal * (1 + damping) + (ridge * trace) / n;
    }
    return solveCholesky(matrix, Float64Array.from(this.#right), 1);
  }
}

/** Four sums side by side: one alone waits for each of its additions. */
function dotProduct(a: Float32Array, b: Float32Array): number {
  let [first, second, third, fourth] = [0, 0, 0, 0];
  const whole = a.length - (a.length % 4);
  for (let at = 0; at < whole; at += 4) {
    first += (a[at] as number) * (b[at] as number);
    second += (a[at + 1] as number) * (b[at + 1] as number);
    third += (a[at + 2] as number) * (b[at + 2] as number);
    fourth += (a[at + 3] as number) * (b[at + 3] as number);
  }
  for (let at = whole; at < a.length; at++) first += (a[at] as number) * (b[at] as number);
  return first + second + third + fourth;
}
