import { TENSOR } from "../autograd/kinds.js";
import type { Tensor } from "../autograd/tensor.js";
import { check } from "../core/arguments.js";
import { DTYPE, type DType, toDType } from "../core/float-array.js";
import { linearMap } from "./linear-map.js";

/** `x` as float32 (rounded to nearest) or float64; `x` itself when it is that already. */
export function cast(x: Tensor, dtype: DType): Tensor {
  check("cast", "x", x, TENSOR);
  check("cast", "dtype", dtype, DTYPE);
  if (x.dtype === dtype) return x;
  return linearMap(
    {
      operation: "cast",
      from: x.shape,
      to: x.shape,
      apply: (data) => toDType(data, dtype),
      adjoint: (data) => toDType(data, x.dtype),
    },
    x,
  );
}
