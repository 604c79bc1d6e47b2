/**
 * Dense products of row-major matrices, added to a float64 result: `out` is M x N. Each loop runs along
 * memory in its innermost level.
 */
import type { FloatArray } from "../core/float-array.js";

/** Rows M and columns N of the result, and the length K of each sum. */
export interface ProductSize {
  readonly rows: number;
  readonly columns: number;
  readonly inner: number;
}

/** `out += a b`: a is M x K, b is K x N. */
export function addProduct(
  a: FloatArray,
  b: FloatArray,
  out: Float64Array,
  { rows, columns, inner }: ProductSize,
): void {
  for (let row = 0; row < rows; row++) {
    const to = row * columns;
    for (let k = 0; k < inner; k++) {
      const factor = a[row * inner + k] as number;
      const from = k * columns;
      for (let column = 0; column < columns; column++) {
        out[to + column] = (out[to + column] as number) + factor * (b[from + column] as number);
      }
    }
  }
}

/** `out += a bT`: a is M x K, b is N x K. */
export function addProductTransposedB(
  a: FloatArray,
  b: FloatArray,
  out: Float64Array,
  { rows, columns, inner }: ProductSize,
): void {
  for (let row = 0; row < rows; row++) {
    const fromA = row * inner;
    for (let column = 0; column < columns; column++) {
      const fromB = column * inner;
      let sum = 0;
      for (let k = 0; k < inner; k++) sum += (a[fromA + k] as number) * (b[fromB + k] as number);
      const to = row * columns + column;
      out[to] = (out[to] as number) + sum;
    }
  }
}

/** `out += aT b`: a is K x M, b is K x N. */
export function addProductTransposedA(
  a: FloatArray,
  b: FloatArray,
  out: Float64Array,
  { rows, columns, inner }: ProductSize,
): void {
  for (let k = 0; k < inner; k++) {
    const from = k * columns;
    for (let row = 0; row < rows; row++) {
      const factor = a[k * rows + row] as number;
      const to = row * columns;
      for (let column = 0; column < columns; column++) {
        out[to + column] = (out[to + column] as number) + factor * (b[from + column] as number);
      }
    }
  }
}
