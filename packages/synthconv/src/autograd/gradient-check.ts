import { check } from "../core/arguments.js";
import { ValueError } from "../core/errors.js";
import { FUNCTION } from "../core/kinds.js";
import { grad } from "./grad.js";
import { RESULT, TENSORS } from "./kinds.js";
import { Tensor } from "./tensor.js";

export interface GradientCheck {
  /** Largest |analytic - numeric| of one input, divided by its largest |numeric| (or 1 where that is less). */
  readonly relativeError: number;
  /** Index of the input, and of its entry, with the largest difference. */
  readonly input: number;
  readonly entry: number;
  readonly analytic: number;
  readonly numeric: number;
}

/**
 * Holds the tape's gradients of a scalar function against central differences in float64.
 *
 * The step is 6e-6 times the size of the entry (at least 1): the cube root of float64's epsilon, where
 * truncation and rounding errors of a central difference meet (Press et al., Numerical Recipes, 5.7).
 *
 * @param body computes a scalar from the inputs, without side effects.
 * @param inputs float64 leaves that require a gradient.
 * @throws {ValueError} when an input is float32: central differences would drown in rounding.
 */
export function checkGradient(
  body: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Tensor[],
): GradientCheck {
  check("checkGradient", "body", body, FUNCTION);
  check("checkGradient", "inputs", inputs, TENSORS);
  if (inputs.some((input) => input.dtype !== "float64")) {
    throw new ValueError({ where: "checkGradient", expected: "float64 inputs", received: "float32" });
  }
  const leaves = inputs.map(
    (input) => new Tensor({ shape: input.shape, data: input.data.slice(), requiresGrad: true }),
  );
  const output = body(...leaves);
  check("checkGradient", "body's result", output, RESULT);
  const analytic = grad(output, leaves, { allowUnused: true });
  let worst: GradientCheck = { relativeError: 0, input: 0, entry: 0, analytic: 0, numeric: 0 };
  leaves.forEach((leaf, inputIndex) => {
    const numeric = numericGradient(body, leaves, leaf);
    const scale = numeric.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1);
    numeric.forEach((value, entry) => {
      const ours = analytic[inputIndex]?.data[entry] ?? 0;
      const relativeError = Math.abs(ours - value) / scale;
      // NaN is worse than any number, and the first NaN stays.
      if (!(relativeError <= worst.relativeError) && !Number.isNaN(worst.relativeError)) {
        worst = { relativeError, input: inputIndex, entry, analytic: ours, numeric: value };
      }
    });
  });
  return worst;
}

function numericGradient(body: (...inputs: Tensor[]) => Tensor, leaves: Tensor[], leaf: Tensor): number[] {
  return Array.from(leaf.data, (value, entry) => {
    const step = 6e-6 * Math.max(1, Math.abs(value));
    const at = (shifted: number): number => {
      leaf.data[entry] = shifted;
      return body(...leaves).item();
    };
    const difference = at(value + step) - at(value - step);
    leaf.data[entry] = value;
    return difference / (2 * step);
  });
}
