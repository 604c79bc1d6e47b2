/** Products of row-major matrices, added to `out`; either factor may be stored transposed. */
import { noteChoice } from "../../core/choices.js";
import { allocateZeros, dtypeOf, type FloatArray } from "../../core/index.js";
import { run } from "./run.js";
import type { MatrixProduct, ProductSize } from "./types.js";
import { isCovered } from "./wasm.js";

export { areSmall, multiplySmall, type SmallProducts } from "./small-products.js";
export type { MatrixProduct, ProductSize } from "./types.js";

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
  // Of products over nothing no sum is rounded.
  const dtype = isOne && (size.inner === 0 || isCovered(size, like)) ? dtypeOf(like) : "float64";
  noteChoice("product sums", dtype);
  return allocateZeros(dtype, length);
}

/** `out += a b`: on the kernel where it pays and the factors are float32, in plain loops with float64 sums elsewhere. */
export function addProduct(product: MatrixProduct): void {
  run(product);
}
