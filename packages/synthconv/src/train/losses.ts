/**
 * Losses: the mean over all entries of a function of d = prediction - target, as a tensor of one entry. Both
 * arguments have the same shape, and either may carry a gradient.
 */
import type { Tensor } from "../autograd/tensor.js";
import { ShapeError, ValueError } from "../core/errors.js";
import { formatShape, sameShape } from "../core/shape.js";
import { abs, add, clamp, mean, multiply, sqrt, square, subtract } from "../ops/index.js";

/**
 * Mean squared error, d^2 (torch.nn.functional.mse_loss).
 *
 * @throws {ShapeError} when the shapes differ.
 */
export function mse(prediction: Tensor, target: Tensor): Tensor {
  return mean(square(difference("mse", prediction, target)));
}

/**
 * Mean absolute error, |d|, with gradient 0 at 0 (torch.nn.functional.l1_loss).
 *
 * @throws {ShapeError} when the shapes differ.
 */
export function l1(prediction: Tensor, target: Tensor): Tensor {
  return mean(abs(difference("l1", prediction, target)));
}

/**
 * sqrt(d^2 + epsilon^2): like l1, but smooth at 0 (Charbonnier, Blanc-Feraud, Aubert, Barlaud, ICIP 1994).
 *
 * @param options.epsilon above 0; default 1e-3.
 * @throws {ShapeError} when the shapes differ.
 * @throws {ValueError} when epsilon is not above 0.
 */
export function charbonnier(
  prediction: Tensor,
  target: Tensor,
  { epsilon = 1e-3 }: { readonly epsilon?: number } = {},
): Tensor {
  checkAboveZero("charbonnier epsilon", epsilon);
  const squared = square(difference("charbonnier", prediction, target));
  return mean(sqrt(add(squared, epsilon * epsilon)));
}

/**
 * d^2/2 where |d| <= delta, delta (|d| - delta/2) beyond (Huber, 1964; torch.nn.functional.huber_loss).
 *
 * @param options.delta above 0; default 1.
 * @throws {ShapeError} when the shapes differ.
 * @throws {ValueError} when delta is not above 0.
 */
export function huber(
  prediction: Tensor,
  target: Tensor,
  { delta = 1 }: { readonly delta?: number } = {},
): Tensor {
  checkAboveZero("huber delta", delta);
  const distance = abs(difference("huber", prediction, target));
  // With c = min(|d|, delta), both branches are c (|d| - c/2).
  const near = clamp(distance, 0, delta);
  return mean(multiply(near, subtract(distance, multiply(near, 0.5))));
}

function difference(loss: string, prediction: Tensor, target: Tensor): Tensor {
  // Broadcasting here is almost always a mistake ([B] against [B,1] compares every pair), so it is refused.
  if (sameShape(prediction.shape, target.shape)) return subtract(prediction, target);
  throw new ShapeError({
    where: loss,
    expected: `prediction and target of one shape`,
    received: `${formatShape(prediction.shape)} and ${formatShape(target.shape)}`,
    repair: "Reshape one of them.",
  });
}

function checkAboveZero(where: string, value: number): void {
  if (value > 0 && Number.isFinite(value)) return;
  throw new ValueError({ where, expected: "a finite number above 0", received: String(value) });
}
