/**
 * Losses: the mean over all entries of a function of d = prediction - target, as a tensor of one entry. Both
 * arguments have the same shape, and either may carry a gradient.
 */
import type { Tensor } from "../autograd/tensor.js";
import { checkOptions, type Fields } from "../core/arguments.js";
import { ABOVE_ZERO, numberAs, optional } from "../core/kinds.js";
import { meanDistance } from "../ops/distance.js";
import { add, mean, sqrt, square, subtract } from "../ops/index.js";
import { checkPair, NO_OPTIONS, type NoOptions, withoutReduction } from "./loss-arguments.js";

interface CharbonnierOptions {
  /** Above 0. Default 1e-3. */
  readonly epsilon?: number;
}

interface HuberOptions {
  /** Above 0. Default 1. */
  readonly delta?: number;
}

const CHARBONNIER_OPTIONS: Fields<CharbonnierOptions> = { epsilon: optional(ABOVE_ZERO) };
const HUBER_OPTIONS: Fields<HuberOptions> = { delta: optional(ABOVE_ZERO) };

/**
 * Mean squared error, d^2 (torch.nn.functional.mse_loss).
 *
 * @throws {ShapeError} when the shapes differ.
 */
export function mse(prediction: Tensor, target: Tensor, options: NoOptions = {}): Tensor {
  checkOptions("mse", options, NO_OPTIONS, { unknown: withoutReduction });
  checkPair("mse", prediction, target);
  return meanDistance("mse", prediction, target);
}

/**
 * Mean absolute error, |d|, with gradient 0 at 0 (torch.nn.functional.l1_loss).
 *
 * @throws {ShapeError} when the shapes differ.
 */
export function l1(prediction: Tensor, target: Tensor, options: NoOptions = {}): Tensor {
  checkOptions("l1", options, NO_OPTIONS, { unknown: withoutReduction });
  checkPair("l1", prediction, target);
  return meanDistance("l1", prediction, target);
}

/**
 * sqrt(d^2 + epsilon^2): like l1, but smooth at 0 (Charbonnier, Blanc-Feraud, Aubert, Barlaud, ICIP 1994).
 *
 * @param options.epsilon above 0; default 1e-3.
 * @throws {ShapeError} when the shapes differ.
 * @throws {ValueError} when epsilon is not above 0.
 */
export function charbonnier(prediction: Tensor, target: Tensor, options: CharbonnierOptions = {}): Tensor {
  checkOptions("charbonnier", options, CHARBONNIER_OPTIONS, {
    repair: numberAs("epsilon"),
    unknown: withoutReduction,
  });
  const { epsilon = 1e-3 } = options;
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
export function huber(prediction: Tensor, target: Tensor, options: HuberOptions = {}): Tensor {
  checkOptions("huber", options, HUBER_OPTIONS, { repair: numberAs("delta"), unknown: withoutReduction });
  const { delta = 1 } = options;
  checkPair("huber", prediction, target);
  return meanDistance("huber", prediction, target, delta);
}

function difference(loss: string, prediction: Tensor, target: Tensor): Tensor {
  checkPair(loss, prediction, target);
  return subtract(prediction, target);
}
