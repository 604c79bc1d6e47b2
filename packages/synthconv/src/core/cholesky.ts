/**
 * Solves a symmetric positive definite system by Cholesky's factors (Golub and Van Loan, algorithm 4.2.1), in place.
 *
 * @param matrix `[n,n]`, of which the lower triangle is read; it becomes the factor.
 * @param right `[n,outputs]`; it becomes the solution.
 */
export function solveCholesky(matrix: Float64Array, right: Float64Array, outputs: number): Float64Array {
  factorize(matrix, right.length / outputs);
  for (let output = 0; output < outputs; output++) substitute(matrix, right, outputs, output);
  return right;
}

/** Entries of a row made at once: sums that do not wait for each other take half the time of one after the other. */
const AT_ONCE = 4;

function factorize(matrix: Float64Array, n: number): void {
  for (let row = 0; row < n; row++) {
    for (let column = 0; column <= row; column += AT_ONCE) {
      if (column + AT_ONCE <= row) subtractProducts(matrix, n, row, column);
      const end = Math.min(row, column + AT_ONCE - 1);
      // Of rows that end within these entries nothing is subtracted yet.
      const start = column + AT_ONCE <= row ? column : 0;
      for (let at = column; at <= end; at++) finishEntry(matrix, n, row, at, start);
    }
  }
}

/** Takes the products of all columns before these four from four entries of a row. */
function subtractProducts(matrix: Float64Array, n: number, row: number, column: number): void {
  const own = row * n;
  const first = column * n;
  const second = first + n;
  const third = second + n;
  const fourth = third + n;
  const at = own + column;
  let a = matrix[at] as number;
  let b = matrix[at + 1] as number;
  let c = matrix[at + 2] as number;
  let d = matrix[at + 3] as number;
  for (let k = 0; k < column; k++) {
    const value = matrix[own + k] as number;
    a -= value * (matrix[first + k] as number);
    b -= value * (matrix[second + k] as number);
    c -= value * (matrix[third + k] as number);
    d -= value * (matrix[fourth + k] as number);
  }
  matrix[at] = a;
  matrix[at + 1] = b;
  matrix[at + 2] = c;
  matrix[at + 3] = d;
}

/** @param start first column whose products are still to be taken from the entry. */
function finishEntry(matrix: Float64Array, n: number, row: number, column: number, start: number): void {
  const own = row * n;
  const other = column * n;
  let sum = matrix[own + column] as number;
  for (let k = start; k < column; k++) sum -= (matrix[own + k] as number) * (matrix[other + k] as number);
  matrix[own + column] =
    row === column ? Math.sqrt(Math.max(sum, Number.MIN_VALUE)) : sum / (matrix[other + column] as number);
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
