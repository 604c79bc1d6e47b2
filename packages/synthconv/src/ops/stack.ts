/** Lists of tensors: one from several along a new axis, several from one. */
import { TENSOR, TENSORS } from "../autograd/kinds.js";
import { Tensor } from "../autograd/tensor.js";
import { check } from "../core/arguments.js";
import { ShapeError, ValueError } from "../core/errors.js";
import { either, listOf, repairedBy, whole } from "../core/kinds.js";
import { formatShape, normalizeAxis, sameShape } from "../core/shape.js";
import { concat, reshape } from "./shape-ops.js";
import { slice } from "./slice.js";

const LIST = repairedBy(TENSORS, (value) =>
  value instanceof Tensor ? "Write a list: stack([a, b], axis)." : undefined,
);

/**
 * Tensors of one shape along a new axis: N of shape [...] give [N,...] at `axis` 0, [...,N] at -1. On the tape it is a
 * concatenation.
 *
 * @throws {ShapeError} when the shapes differ.
 * @throws {ValueError} when there is no tensor, the axis does not exist, or dtypes differ.
 */
export function stack(tensors: readonly Tensor[], axis = 0): Tensor {
  check("stack", "tensors", tensors, LIST);
  const [first] = tensors;
  if (first === undefined) {
    throw new ValueError({ where: "stack", expected: "at least one tensor", received: "none" });
  }
  const along = normalizeAxis("stack axis", axis, first.rank + 1);
  const shape = first.shape.toSpliced(along, 0, 1);
  const layers = tensors.map((one) => {
    if (sameShape(one.shape, first.shape)) return reshape(one, shape);
    throw new ShapeError({
      where: "stack",
      expected: `tensors of one shape, ${formatShape(first.shape)} as the first`,
      received: formatShape(one.shape),
      repair: "concat takes tensors that differ along one axis.",
    });
  });
  return concat(layers, along);
}

const SIZE = whole(1);
const PARTS = either(
  SIZE,
  listOf(whole(0), "whole numbers of 0 or more"),
  "the size of a part, or a list of sizes",
);

/**
 * The parts of `x` along `axis`, one after another: of `sizes` entries each (the last one may be smaller), or of the
 * sizes of a list, which add up to the axis. As `torch.split`; on the tape each part is a slice.
 *
 * @throws {ShapeError} when the sizes do not add up.
 * @throws {ValueError} when the axis does not exist.
 */
export function split(x: Tensor, sizes: number | readonly number[], axis = 0): Tensor[] {
  check("split", "x", x, TENSOR);
  check("split", "sizes", sizes, PARTS);
  const along = normalizeAxis("split axis", axis, x.rank);
  const length = x.shape[along] as number;
  const parts =
    typeof sizes === "number"
      ? Array.from({ length: Math.ceil(length / sizes) }, (_, i) => Math.min(sizes, length - i * sizes))
      : sizes;
  const total = parts.reduce((sum, size) => sum + size, 0);
  if (total !== length) {
    throw new ShapeError({
      where: "split sizes",
      expected: `sizes that add up to ${length}, axis ${along} of ${formatShape(x.shape)}`,
      received: `${parts.join(" + ")} = ${total}`,
    });
  }
  let start = 0;
  return parts.map((size) => {
    const range = [start, start + size] as const;
    start += size;
    return slice(x, [...Array<undefined>(along), range]);
  });
}
