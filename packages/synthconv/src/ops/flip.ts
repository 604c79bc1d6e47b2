import { TENSOR } from "../autograd/kinds.js";
import type { Tensor } from "../autograd/tensor.js";
import { check } from "../core/arguments.js";
import { stridesOf } from "../core/shape.js";
import { rearrange } from "./rearrange.js";
import { AXES, type Axes, normalizedAxes } from "./reduced-axes.js";

/**
 * The entries in the opposite order along the axes: `flip(image, -1)` mirrors left and right.
 *
 * @param axes one axis or several, negative ones from the end.
 * @throws {ValueError} when an axis does not exist or is given twice.
 */
export function flip(x: Tensor, axes: Axes): Tensor {
  check("flip", "x", x, TENSOR);
  check("flip", "axes", axes, AXES);
  const turned = normalizedAxes("flip axes", axes, x.rank);
  const strides = stridesOf(x.shape);
  const offset = x.shape.reduce(
    (sum, size, axis) => sum + (turned.has(axis) ? (size - 1) * (strides[axis] as number) : 0),
    0,
  );
  const steps = strides.map((step, axis) => (turned.has(axis) ? -step : step));
  return rearrange("flip", x, {
    offset,
    steps,
    view: x.shape,
    to: x.shape,
    settings: { axes: [...turned] },
  });
}
