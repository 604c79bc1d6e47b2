import type { FloatArray } from "../core/float-array.js";
import { sumOfSquaresOf } from "../kernels/index.js";

/** The sum of the squares of an array's numbers in float64: norms of gradients. */
export function sumOfSquares(data: FloatArray): number {
  return sumOfSquaresOf(data);
}
