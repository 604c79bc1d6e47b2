import type { Tensor } from "../autograd/tensor.js";
import { multiply, subtract } from "./arithmetic.js";
import { binary } from "./binary.js";
import { equal, greaterEqual, notEqual } from "./comparison.js";
import { log } from "./elementwise.js";
import { type EntryGradient, entryRule } from "./entry-rule.js";
import { where } from "./where.js";

// The gradients of PyTorch: 0 for the base where the exponent is 0, and for the exponent where the base is 0 (0^b = 0
// on both sides of b > 0), which x^(b-1) and log would make infinite or NaN.
const ofBase: EntryGradient = (upstream, a, b) => (b === 0 ? 0 : upstream * b * a ** (b - 1));
const ofExponent: EntryGradient = (upstream, a, b) =>
  a === 0 && b >= 0 ? 0 : upstream * a ** b * Math.log(a);

const POW = entryRule((a, b) => a ** b, ofBase, ofExponent, {
  derivativeA: (upstream, a, b) =>
    multiply(upstream, where(notEqual(b, 0), multiply(b, pow(a, subtract(b, 1))), 0)),
  derivativeB: (upstream, a, b, output) => {
    const isFlat = multiply(equal(a, 0), greaterEqual(b, 0));
    return multiply(upstream, where(isFlat, 0, multiply(output, log(where(isFlat, 1, a)))));
  },
});

/**
 * `a^b`, entry by entry: NaN for a negative base under an exponent that is not whole. Broadcasts and throws as `add`.
 */
export function pow(a: Tensor | number, b: Tensor | number): Tensor {
  return binary("pow", a, b, POW);
}
