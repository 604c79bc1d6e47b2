/** The larger and the smaller of two. */
import type { Tensor } from "../autograd/tensor.js";
import { multiply } from "./arithmetic.js";
import { type BinaryRule, binary } from "./binary.js";
import { type EntryGradient, entryRule, slopes } from "./entry-rule.js";

/** @param isChosen whether the first is the result, where the two differ. */
function choice(
  choose: (a: number, b: number) => number,
  isChosen: (a: number, b: number) => boolean,
): BinaryRule {
  // Equal ones share the gradient, and NaN passes it to both, as in PyTorch.
  const gradientA: EntryGradient = (upstream, a, b) =>
    a === b ? upstream / 2 : isChosen(b, a) ? 0 : upstream;
  const gradientB: EntryGradient = (upstream, a, b) =>
    a === b ? upstream / 2 : isChosen(a, b) ? 0 : upstream;
  return entryRule(choose, gradientA, gradientB, {
    derivativeA: (upstream, a, b) => multiply(upstream, slopes(gradientA, upstream, a, b)),
    derivativeB: (upstream, a, b) => multiply(upstream, slopes(gradientB, upstream, a, b)),
  });
}

const MAXIMUM = choice(Math.max, (a, b) => a > b);
const MINIMUM = choice(Math.min, (a, b) => a < b);

/**
 * The larger of `a` and `b`, entry by entry; NaN where one of them is. Equal ones share the gradient. Broadcasts and
 * throws as `add`.
 */
export function maximum(a: Tensor | number, b: Tensor | number): Tensor {
  return binary("maximum", a, b, MAXIMUM);
}

/** The smaller of `a` and `b`; as `maximum`, which see. */
export function minimum(a: Tensor | number, b: Tensor | number): Tensor {
  return binary("minimum", a, b, MINIMUM);
}
