/** A product of matrices as a task of threads: a slice is a band of the result, across its longer side. */

import { MAX_SLICES } from "../threads/parallel.js";
import type { Task } from "../threads/task.js";
import { addProductPart, type MatrixProduct, type ProductPart, type ProductSize } from "./product-kernel.js";

// README.md, constants.
const LEAST_OPERATIONS = 1 << 21;
const LEAST_BAND = 64;

/** A multiply-add counts as two. */
export function productOperations({ rows, columns, inner }: ProductSize): number {
  return 2 * rows * columns * inner;
}

/** How many slices a product has, by its sizes alone. */
export function productSlices(size: ProductSize): number {
  const bands = Math.floor(Math.max(size.rows, size.columns) / LEAST_BAND);
  return Math.max(1, Math.min(MAX_SLICES, bands, Math.floor(productOperations(size) / LEAST_OPERATIONS)));
}

/** The part of the result that is slice `index`. */
export function productPart(size: ProductSize, index: number): ProductPart {
  const slices = productSlices(size);
  const bandOf = (side: number) =>
    [Math.floor((side * index) / slices), Math.floor((side * (index + 1)) / slices)] as const;
  const { rows, columns } = size;
  return rows > columns
    ? { rows: bandOf(rows), columns: [0, columns] }
    : { rows: [0, rows], columns: bandOf(columns) };
}

export const productTask: Task<MatrixProduct> = {
  name: "product",
  begin: (product) => (slice) => addProductPart(product, productPart(product, slice)),
};
