/**
 * Products of row-major matrices, added to `out`; either factor may be stored transposed. On the kernel where
 * it pays and the arrays are float32, in plain loops with float64 sums elsewhere.
 */

import { noteChoice } from "../../core/choices.js";
import { allocate, dtypeOf, type FloatArray, MIN_SHARED_BYTES } from "../../core/index.js";
import { parallel, threadsPay } from "../threads/parallel.js";
import { runsOnKernel } from "./binding.js";
import { addProductPart, type MatrixProduct, type ProductSize } from "./product-kernel.js";
import { addProductReference } from "./product-reference.js";
import { productOperations, productSlices, productTask } from "./product-task.js";

export type { MatrixProduct, ProductSize } from "./product-kernel.js";

/** Multiply-adds below which plain loops are as fast as the way to the kernel: README.md, constants. */
export const LEAST_WORK = 2048;

// README.md, constants.
const MIN_ENTRIES = 3;

/** True where a product of this size pays on the kernel and may run there. */
export function productOnKernel({ rows, columns, inner }: ProductSize, ...arrays: FloatArray[]): boolean {
  const entries = rows * columns;
  return entries >= MIN_ENTRIES && entries * inner >= LEAST_WORK && runsOnKernel(...arrays);
}

/**
 * Zeros to which `addProduct` may add one product: of the factors' own type where the kernel does it without
 * loss, float64 where more than one product comes together in an entry, or plain loops run.
 */
export function allocateSums(
  length: number,
  size: ProductSize,
  like: FloatArray,
  productsPerEntry: number,
): FloatArray {
  const isOne = productsPerEntry === 1;
  const dtype = isOne && productOnKernel(size, like) ? dtypeOf(like) : "float64";
  noteChoice("product sums", dtype);
  return allocate(dtype, length);
}

/** `out += a b`. */
export function addProduct(product: MatrixProduct): void {
  const { rows, columns, a, b } = product;
  if (!productOnKernel(product, a, b)) {
    noteChoice("product", "reference");
    addProductReference(product);
    return;
  }
  noteChoice("product", "kernel");
  if (isShared(product)) parallel(productTask, product, productSlices(product));
  else addProductPart(product, { rows: [0, rows], columns: [0, columns] });
}

/** Small factors are sent to the workers as copies, as weights are. */
function isShared(product: MatrixProduct): boolean {
  const { a, b, out } = product;
  const large = [a, b].filter(({ byteLength }) => byteLength >= MIN_SHARED_BYTES);
  return threadsPay({
    slices: productSlices(product),
    operations: productOperations(product),
    arrays: [out, ...large],
  });
}
