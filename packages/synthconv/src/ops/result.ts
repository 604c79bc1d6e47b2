import { Tensor } from "../autograd/tensor.js";
import { allocate, type DType, dtypeOf, type FloatArray } from "../core/float-array.js";
import type { Shape } from "../core/shape.js";

/** The same numbers in this dtype; the very array when it has it already. */
export function toDType(data: FloatArray, dtype: DType): FloatArray {
  if (dtypeOf(data) === dtype) return data;
  const converted = allocate(dtype, data.length);
  converted.set(data);
  return converted;
}

/** A gradient for `input`, from sums that may be float64 (the tape is off: it has no history). */
export function gradientFor(
  input: { readonly shape: Shape; readonly dtype: DType },
  data: FloatArray,
): Tensor {
  return new Tensor({ shape: input.shape, data: toDType(data, input.dtype) });
}
