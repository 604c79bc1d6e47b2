import { TENSOR } from "../autograd/kinds.js";
import type { Tensor } from "../autograd/tensor.js";
import { check } from "../core/arguments.js";
import { ShapeError } from "../core/errors.js";
import { type DType, toDType } from "../core/float-array.js";
import { allocateResult } from "../core/results.js";
import { checkShape, formatShape, type Shape, sameShape, sizeOf } from "../core/shape.js";
import { type LinearMap, linearMap } from "./linear-map.js";
import { expandTo, sumTo } from "./strided.js";

/**
 * The entries repeated along axes of size 1, and along new axes in front, until the shape is `shape` (as broadcasting
 * does, and `torch.expand`; the numbers are copied).
 *
 * @throws {ShapeError} when the shape of `x` does not broadcast to it.
 * @throws {ValueError} when a size is negative or not whole.
 */
export function expand(x: Tensor, shape: Shape): Tensor {
  check("expand", "x", x, TENSOR);
  checkShape("expand", shape);
  const added = shape.length - x.rank;
  const axis = x.shape.findIndex((size, own) => size !== 1 && size !== shape[own + added]);
  if (added < 0 || axis !== -1) {
    throw new ShapeError({
      where: "expand",
      expected: `a shape that ${formatShape(x.shape)} broadcasts to`,
      received: formatShape(shape),
      repair:
        added < 0
          ? "It has fewer axes than the tensor: reshape or sum it first."
          : `Axis ${axis} is ${x.shape[axis]} against ${shape[axis + added]}: only axes of size 1 are repeated.`,
    });
  }
  return linearMap(expansion("expand", x.dtype, x.shape, shape), x);
}

function expansion(operation: string, dtype: DType, from: Shape, to: Shape): LinearMap {
  return {
    operation,
    from,
    to,
    apply: (data) => {
      const out = allocateResult(dtype, sizeOf(to));
      expandTo(data, from, to, 1, out);
      return out;
    },
    adjoint: (data) => toDType(sumTo(data, to, from), dtype),
  };
}

/** The sums over the axes along which `shape` was broadcast to that of `x`: what a gradient needs behind broadcasting. */
export function sumToShape(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const { apply, adjoint } = expansion("sum", x.dtype, shape, x.shape);
  const added = x.rank - shape.length;
  const axes = [...x.shape.keys()].filter((axis) => axis < added || shape[axis - added] !== x.shape[axis]);
  const settings = { axes, keepDims: true };
  return linearMap(
    { operation: "sum", settings, from: x.shape, to: shape, apply: adjoint, adjoint: apply },
    x,
  );
}
