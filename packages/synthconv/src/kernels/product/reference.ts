/**
 * What every kernel of this folder means: plain loops with float64 arithmetic. `out` should be float64: the sums
 * grow in it.
 */
import type { FloatArray } from "../../core/index.js";
import type { MatrixProduct, ProductImplementation, ProductSize } from "./types.js";

/** Covers every product, as a whole. */
export const reference: ProductImplementation = {
  name: "reference",
  prepare: (product) => ({ addPart: () => addProduct(product), isShared: false }),
};

/** `out += a b`, each loop along memory in its innermost level. */
function addProduct(product: MatrixProduct): void {
  const { a, b, out, transposed } = product;
  if (transposed === "a") addTransposedA(a, b, out, product);
  else if (transposed === "b") addTransposedB(a, b, out, product);
  else addPlain(a, b, out, product);
}

/** `out += a b`: a is M x K, b is K x N. */
function addPlain(
  a: FloatArray,
  b: FloatArray,
  out: FloatArray,
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
function addTransposedB(
  a: FloatArray,
  b: FloatArray,
  out: FloatArray,
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
function addTransposedA(
  a: FloatArray,
  b: FloatArray,
  out: FloatArray,
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
