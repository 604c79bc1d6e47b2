/** A product of matrices, and what an implementation of it is. */
import type { Implementation } from "../../core/choices.js";
import type { FloatArray } from "../../core/index.js";

/** Rows M and columns N of the result, and the length K of each sum. */
export interface ProductSize {
  readonly rows: number;
  readonly columns: number;
  readonly inner: number;
}

/** At most one factor is stored transposed: both would be the transpose of the product the other way round. */
export interface MatrixProduct extends ProductSize {
  /** M x K, or K x M where it is transposed. */
  readonly a: FloatArray;
  /** K x N, or N x K where it is transposed. */
  readonly b: FloatArray;
  readonly transposed?: "a" | "b";
  /** M x N, added to. */
  readonly out: FloatArray;
  /** `out` holds zeros: a float32 one is then not read, which maps new memory once and not twice (README.md). */
  readonly isFresh?: boolean;
}

/** Rows and columns [from, to) of a result. */
export interface ProductPart {
  readonly rows: readonly [from: number, to: number];
  readonly columns: readonly [from: number, to: number];
}

/** Ready to add a product to its result. */
export interface PreparedProduct {
  /** Adds what belongs to a part of the result; an entry is the same bits in whichever part it lies. */
  addPart(part: ProductPart): void;
  /** Whether parts may be done on several threads. */
  readonly isShared: boolean;
}

export type ProductImplementation = Implementation<[product: MatrixProduct], PreparedProduct>;

/** A multiply-add counts as two. */
export function operationsOf({ rows, columns, inner }: ProductSize): number {
  return 2 * rows * columns * inner;
}
