/** The gains and offsets of normalisations: one set for all samples, or one for each. */
import { checkSameDType, TENSOR } from "../autograd/kinds.js";
import type { Tensor } from "../autograd/tensor.js";
import { check } from "../core/arguments.js";
import { ShapeError } from "../core/errors.js";
import { ABOVE_ZERO, type Kind, optional } from "../core/kinds.js";
import { formatShape, type Shape, sameShape } from "../core/shape.js";
import { BIAS } from "./check.js";
import { reshape } from "./shape-ops.js";

export interface NormOptions {
  /** Added to the variance. Default 1e-5. */
  readonly epsilon?: number;
}

export const EPSILON: Kind<number | undefined> = optional(ABOVE_ZERO);
export const DEFAULT_EPSILON = 1e-5;

export const spreadOf = ({ shape }: Tensor): number[] => shape.slice(2).map(() => 1);

export function channelsOf(operation: string, x: Tensor): [batch: number, channels: number] {
  if (x.rank >= 2) return [x.shape[0] as number, x.shape[1] as number];
  throw new ShapeError({
    where: `${operation} x`,
    expected: "[B,C,...], channels along axis 1",
    received: formatShape(x.shape),
  });
}

export function checkNorm(
  operation: string,
  x: Tensor,
  weight: Tensor | undefined,
  bias: Tensor | undefined,
): void {
  check(operation, "x", x, TENSOR);
  check(operation, "weight", weight, BIAS);
  check(operation, "bias", bias, BIAS);
  checkSameDType(operation, [x, weight, bias]);
}

/**
 * In a shape that broadcasts to the normalised tensor.
 *
 * @param own shape of a shared set; `between` and `behind` are axes of 1 that a set per sample needs.
 */
export function ofPart(
  where: string,
  value: Tensor,
  own: Shape,
  batch: number,
  behind: Shape,
  between: Shape,
): Tensor {
  if (sameShape(value.shape, own)) return reshape(value, [...own, ...behind]);
  if (sameShape(value.shape, [batch, ...own])) return reshape(value, [batch, ...between, ...own, ...behind]);
  throw new ShapeError({
    where,
    expected: `${formatShape(own)} (shared by the batch) or ${formatShape([batch, ...own])} (one set per sample)`,
    received: formatShape(value.shape),
  });
}
