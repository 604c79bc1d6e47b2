import { TENSOR } from "../autograd/kinds.js";
import type { Tensor } from "../autograd/tensor.js";
import { check } from "../core/arguments.js";
import { ShapeError } from "../core/errors.js";
import { formatShape } from "../core/shape.js";
import { AXES, type Axes, normalizedAxes } from "./reduced-axes.js";
import { reshape } from "./shape-ops.js";

/**
 * Without the axes of size 1: those that are named, or all of them. On the tape it is a reshape.
 *
 * @param axes one axis or several, negative ones from the end; a batch of 1 stays only where they are named.
 * @throws {ShapeError} when a named axis has another size than 1 (PyTorch leaves it there without a word).
 * @throws {ValueError} when an axis does not exist or is given twice.
 */
export function squeeze(x: Tensor, axes?: Axes): Tensor {
  check("squeeze", "x", x, TENSOR);
  if (axes === undefined)
    return reshape(
      x,
      x.shape.filter((size) => size !== 1),
    );
  check("squeeze", "axes", axes, AXES);
  const dropped = normalizedAxes("squeeze axes", axes, x.rank);
  for (const axis of dropped) {
    if (x.shape[axis] === 1) continue;
    throw new ShapeError({
      where: "squeeze axes",
      expected: `axes of size 1 of ${formatShape(x.shape)}`,
      received: `axis ${axis} of size ${x.shape[axis]}`,
    });
  }
  return reshape(
    x,
    x.shape.filter((_, axis) => !dropped.has(axis)),
  );
}
