/**
 * Solves a symmetric positive definite system by Cholesky's factors (Golub and Van Loan, algorithm 4.2.1), in place.
 *
 * @param matrix `[n,n]`, of which the lower triangle is read; it becomes the factor.
 * @param right `[n,outputs]`; it becomes the solution.
 */
export function solveCholesky(matrix: Float64Array, right: Float64Array, outputs: number): Float64Array {
  const n = right.length / outputs;
  for (let row = 0; row < n; row++) {
    const own = row * n;
    for (let column = 0; column <= row; column++) {
      const other = column * n;
      let sum = matrix[own + column] as number;
      for (let k = 0; k < column; k++) sum -= (matrix[own + k] as number) * (matrix[other + k] as number);
      matrix[own + column] =
        row === column
          ? Math.sqrt(Math.max(sum, Number.MIN_VALUE))
          : sum / (matrix[other + column] as number);
    }
  }
  for (let output = 0; output < outputs; output++) substitute(matrix, right, outputs, output);
  return right;
}

function substitute(factor: Float64Array, x: Float64Array, outputs: number, output: number): void {
  const n = x.length / outputs;
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
