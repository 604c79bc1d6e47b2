/** What losses have in common as functions: a pair of one shape, and no reduction to choose. */
import { TENSOR } from "../autograd/kinds.js";
import type { Tensor } from "../autograd/tensor.js";
import { check, type Fields } from "../core/arguments.js";
import { ShapeError } from "../core/errors.js";
import { formatShape, sameShape } from "../core/shape.js";

/** None, so far: other libraries' losses have a reduction, which must not be ignored. */
export type NoOptions = Readonly<Record<never, never>>;

export const NO_OPTIONS: Fields<NoOptions> = {};

export const withoutReduction = (name: string): string | undefined =>
  name === "reduction" ? "It is the mean; for the sum, multiply(loss, prediction.size)." : undefined;

/**
 * Broadcasting here is almost always a mistake ([B] against [B,1] compares every pair), so it is refused.
 *
 * @param name of the first argument.
 * @throws {ShapeError} when the shapes differ.
 */
export function checkPair(loss: string, prediction: Tensor, target: Tensor, name = "prediction"): void {
  check(loss, name, prediction, TENSOR);
  check(loss, "target", target, TENSOR);
  if (sameShape(prediction.shape, target.shape)) return;
  throw new ShapeError({
    where: loss,
    expected: `${name} and target of one shape`,
    received: `${formatShape(prediction.shape)} and ${formatShape(target.shape)}`,
    repair: "Reshape one of them.",
  });
}
