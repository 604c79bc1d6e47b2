/** A product of matrices as a task of threads: a slice is a band of the result, across its longer side. */
import { MAX_SLICES } from "../threads/parallel.js";
import type { Task } from "../threads/task.js";
import { prepare } from "./implementations.js";
import { type MatrixProduct, operationsOf, type ProductPart, type ProductSize } from "./types.js";

// README.md, constants.
const MIN_OPERATIONS = 1 << 21;
const MIN_BAND = 64;

/** How many slices a product has, by its sizes alone. */
export function productSlices(size: ProductSize): number {
  const bands = Math.floor(Math.max(size.rows, size.columns) / MIN_BAND);
  return Math.max(1, Math.min(MAX_SLICES, bands, Math.floor(operationsOf(size) / MIN_OPERATIONS)));
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
  begin: (product) => {
    const prepared = prepare(product);
    return (slice) => prepared.addPart(productPart(product, slice));
  },
};
