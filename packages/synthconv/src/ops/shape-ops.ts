/** Operations that move entries and compute nothing. */

import { checkSameDType, TENSOR, TENSORS } from "../autograd/kinds.js";
import { numbersOf } from "../autograd/numbers.js";
import { record } from "../autograd/tape.js";
import { Tensor } from "../autograd/tensor.js";
import { check } from "../core/arguments.js";
import { ShapeError, ValueError } from "../core/errors.js";
import type { FloatArray } from "../core/float-array.js";
import { listOf, NUMBER, optional, repairedBy } from "../core/kinds.js";
import { allocateResult } from "../core/results.js";
import { formatShape, normalizeAxis, type Shape, sameShape, sizeOf, stridesOf } from "../core/shape.js";
import { linearMap } from "./linear-map.js";
import { rearrange } from "./rearrange.js";
import { resolveShape } from "./reshape-target.js";
import { gradientFor } from "./result.js";
import { slice } from "./slice.js";
import { readStrided, writeStrided } from "./strided-copies.js";

/**
 * The same entries in the same order under another shape; one size may be -1 and is then computed. The
 * result lies over the data of `x`: nothing is copied.
 *
 * @throws {ShapeError} when the numbers of entries differ.
 * @throws {ValueError} when a size is negative (other than one -1) or not whole.
 */
export function reshape(x: Tensor, shape: Shape): Tensor {
  check("reshape", "x", x, TENSOR);
  const to = resolveShape(x.shape, shape);
  const same = (data: FloatArray): FloatArray => data;
  return linearMap(
    { operation: "reshape", from: x.shape, to, apply: same, adjoint: same },
    x,
    numbersOf(x),
    x.writes,
  );
}

const ORDER = repairedBy(optional(listOf(NUMBER, "a list of all axes in their new order")), (value) =>
  typeof value === "number" ? "To exchange two axes of a matrix, write transpose(x, [1, 0])." : undefined,
);

/**
 * The axes in another order: `axes[i]` is the axis of `x` that becomes axis i. Without `axes` their order is
 * reversed, which transposes a matrix.
 *
 * @throws {ValueError} when `axes` does not name every axis once.
 */
export function transpose(x: Tensor, axes?: readonly number[]): Tensor {
  check("transpose", "x", x, TENSOR);
  check("transpose", "axes", axes, ORDER);
  const order = checkedOrder(x, axes ?? [...x.shape.keys()].reverse());
  const strides = stridesOf(x.shape);
  const shape = order.map((axis) => x.shape[axis] as number);
  return rearrange("transpose", x, {
    steps: order.map((axis) => strides[axis] as number),
    view: shape,
    to: shape,
    settings: { order },
  });
}

function checkedOrder(x: Tensor, axes: readonly number[]): number[] {
  const order = axes.map((axis) => normalizeAxis("transpose axes", axis, x.rank));
  if (order.length === x.rank && new Set(order).size === x.rank) return order;
  throw new ValueError({
    where: "transpose axes",
    expected: `each of the ${x.rank} axes of ${formatShape(x.shape)} once`,
    received: formatShape(axes),
  });
}

const LIST = repairedBy(TENSORS, (value) =>
  value instanceof Tensor ? "Write a list: concat([a, b], axis)." : undefined,
);

/**
 * The tensors one after another along `axis`; all other sizes must agree.
 *
 * @throws {ShapeError} when the shapes do not fit.
 * @throws {ValueError} when there is no tensor, the axis does not exist, or dtypes differ.
 */
export function concat(tensors: readonly Tensor[], axis = 0): Tensor {
  check("concat", "tensors", tensors, LIST);
  const first = tensors[0];
  if (first === undefined) {
    throw new ValueError({ where: "concat", expected: "at least one tensor", received: "none" });
  }
  checkSameDType("concat", tensors);
  const along = normalizeAxis("concat axis", axis, first.rank);
  const withSize = (size: number): number[] => first.shape.with(along, size);
  let length = 0;
  for (const one of tensors) {
    if (one.rank !== first.rank || !sameShape(one.shape, withSize(one.shape[along] as number))) {
      throw new ShapeError({
        where: "concat",
        expected: `${formatShape(first.shape)} up to the size of axis ${along}`,
        received: formatShape(one.shape),
        repair: "Only the concatenated axis may differ: slice or reshape the others first.",
      });
    }
    length += one.shape[along] as number;
  }
  const shape = withSize(length);
  const strides = stridesOf(shape);
  const data = allocateResult(first.dtype, sizeOf(shape));
  const offsets: number[] = [];
  let offset = 0;
  for (const one of tensors) {
    writeStrided(numbersOf(one), one.shape, data, offset, strides);
    offsets.push(offset);
    offset += (one.shape[along] as number) * (strides[along] as number);
  }
  return record({
    operation: "concat",
    inputs: tensors,
    shape,
    data,
    settings: { axis: along },
    derivative: (upstream) => {
      let start = 0;
      return tensors.map((one) => {
        const range = [start, start + (one.shape[along] as number)] as const;
        start = range[1];
        return slice(upstream, [...Array<undefined>(along), range]);
      });
    },
    backward: ({ data: upstream }) =>
      tensors.map((one, index) => {
        if (!one.requiresGrad) return undefined;
        const gradient = allocateResult(one.dtype, one.size);
        readStrided(upstream, offsets[index] as number, strides, one.shape, gradient);
        return gradientFor(one, gradient);
      }),
  });
}
