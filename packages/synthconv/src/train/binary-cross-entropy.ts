import type { Tensor } from "../autograd/tensor.js";
import { activationFunction } from "../core/activations.js";
import { checkOptions } from "../core/arguments.js";
import { multiply, subtract } from "../ops/arithmetic.js";
import { binary } from "../ops/binary.js";
import { entryRule } from "../ops/entry-rule.js";
import { mean, sigmoid } from "../ops/index.js";
import { checkPair, NO_OPTIONS, type NoOptions, withoutReduction } from "./loss-arguments.js";

const { value: sigmoidOf } = activationFunction("bceWithLogits", "sigmoid");

// max(x, 0) - x t + log(1 + e^-|x|): no overflow, and all digits where the answer is right and sure.
const ENTRY = entryRule(
  (x, t) => Math.max(x, 0) - x * t + Math.log1p(Math.exp(-Math.abs(x))),
  (upstream, x, t) => upstream * (sigmoidOf(x, 0) - t),
  (upstream, x) => -upstream * x,
  {
    derivativeA: (upstream, x, t) => multiply(upstream, subtract(sigmoid(x), t)),
    derivativeB: (upstream, x) => multiply(multiply(upstream, x), -1),
  },
);

/**
 * Binary cross entropy of probabilities that are given as logits, `-t log s(x) - (1 - t) log(1 - s(x))` for the sigmoid
 * s, without the lost digits of that formula; the mean over all entries, a tensor of one
 * (torch.nn.functional.binary_cross_entropy_with_logits).
 *
 * @param logits any shape; the probability is their sigmoid.
 * @param target probabilities from 0 to 1, of the same shape.
 * @throws {ShapeError} when the shapes differ.
 */
export function bceWithLogits(logits: Tensor, target: Tensor, options: NoOptions = {}): Tensor {
  checkOptions("bceWithLogits", options, NO_OPTIONS, { unknown: withoutReduction });
  checkPair("bceWithLogits", logits, target, "logits");
  return mean(binary("bceWithLogits", logits, target, ENTRY));
}
