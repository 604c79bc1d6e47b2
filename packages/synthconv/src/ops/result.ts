import { Tensor } from "../autograd/tensor.js";
import { type DType, type FloatArray, toDType } from "../core/float-array.js";
import type { Shape } from "../core/shape.js";

/** A gradient for `input`, from sums that may be float64 (the tape is off: it has no history). */
export function gradientFor(
  input: { readonly shape: Shape; readonly dtype: DType },
  data: FloatArray,
): Tensor {
  return new Tensor({ shape: input.shape, data: toDType(data, input.dtype) });
}
