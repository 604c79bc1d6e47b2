import type { Parameter } from "../autograd/parameter.js";
import { keepMemory } from "../autograd/scope.js";
import { noGrad } from "../autograd/tape.js";
import { Tensor } from "../autograd/tensor.js";
import { check } from "../core/arguments.js";
import { NOT_NEGATIVE } from "../core/kinds.js";
import { RunningSum } from "../core/sums.js";
import { multiply } from "../ops/index.js";
import { sumOfSquares } from "../ops/sum-of-squares.js";
import { checkedParameters } from "./optimizer.js";

/**
 * Euclidean norm of all gradients taken together, summed in double precision; 0 when there are none.
 *
 * @throws {ValueError} when one is no parameter.
 */
export function gradientNorm(parameters: Iterable<Parameter>): number {
  return normOf(checkedParameters("gradientNorm", parameters));
}

function normOf(parameters: readonly Parameter[]): number {
  const sum = new RunningSum();
  for (const { grad } of parameters) if (grad !== undefined) sum.add(sumOfSquares(grad.data));
  return Math.sqrt(sum.value);
}

/**
 * Scales the gradients of the parameters so that their norm, taken together, is at most `maximum`
 * (torch.nn.utils.clip_grad_norm_). A norm that is not finite leaves them as they are: scaling would spread
 * NaN to every parameter.
 *
 * @returns the norm before scaling; the caller decides what a non-finite one means.
 * @throws {ValueError} when one is no parameter, or `maximum` is negative or not finite.
 */
export function clipGradientNorm(parameters: Iterable<Parameter>, maximum: number): number {
  const clipped = checkedParameters("clipGradientNorm", parameters);
  check("clipGradientNorm", "maximum", maximum, NOT_NEGATIVE);
  const norm = normOf(clipped);
  // PyTorch's guard against dividing by a norm of 0.
  const scale = maximum / (norm + 1e-6);
  if (!Number.isFinite(norm) || scale >= 1) return norm;
  for (const parameter of clipped) {
    const { grad } = parameter;
    if (grad === undefined) continue;
    // A new array: two leaves may share one gradient (both terms of a sum), which must not be scaled twice.
    const { data } = noGrad(() => multiply(grad, scale));
    parameter.grad = new Tensor({ shape: grad.shape, data });
    keepMemory(parameter.grad);
  }
  return norm;
}
