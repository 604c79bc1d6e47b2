import type { Tensor } from "../autograd/tensor.js";

/** Of the entries, each with `offset` added; NaN without entries. */
export function meanSquareOf({ data }: Pick<Tensor, "data">, offset = 0): number {
  let sum = 0;
  for (const value of data) sum += (value + offset) ** 2;
  return sum / data.length;
}
