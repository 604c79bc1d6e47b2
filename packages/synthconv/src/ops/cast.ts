import { TENSOR } from "../autograd/kinds.js";
import { record } from "../autograd/tape.js";
import { Tensor } from "../autograd/tensor.js";
import { check } from "../core/arguments.js";
import { DTYPE, type DType, toDType } from "../core/float-array.js";

/** `x` as float32 (rounded to nearest) or float64; `x` itself when it is that already. */
export function cast(x: Tensor, dtype: DType): Tensor {
  check("cast", "x", x, TENSOR);
  check("cast", "dtype", dtype, DTYPE);
  if (x.dtype === dtype) return x;
  return record({
    operation: "cast",
    inputs: [x],
    shape: x.shape,
    data: toDType(x.data, dtype),
    backward: ({ data }) => [new Tensor({ shape: x.shape, data: toDType(data, x.dtype) })],
  });
}
