import { numbersOf } from "../autograd/numbers.js";
import type { Tensor } from "../autograd/tensor.js";
import type { FloatArray } from "../core/float-array.js";
import { allocateResult } from "../core/results.js";
import { preparePower } from "../kernels/index.js";
import { multiply, subtract } from "./arithmetic.js";
import { type BinaryRule, binary } from "./binary.js";
import { equal, greaterEqual, notEqual } from "./comparison.js";
import { log } from "./elementwise.js";
import { type EntryGradient, gradientArray } from "./entry-rule.js";
import { broadcastStrides, forEachRow } from "./strided.js";
import { where } from "./where.js";

/** The gradients of the bases, in the output's shape. */
function ofBase(upstream: Tensor, a: Tensor, b: Tensor): FloatArray {
  const { shape, size } = upstream;
  const [data, bases, exponents] = [numbersOf(upstream), numbersOf(a), numbersOf(b)];
  const out = allocateResult(a.dtype, size);
  const { gradients } = preparePower(bases, exponents, out);
  const [stridesA, stridesB] = [broadcastStrides(a.shape, shape), broadcastStrides(b.shape, shape)];
  forEachRow(shape, stridesA, stridesB, (start, length, fromA, stepA, fromB, stepB) => {
    gradients(data, bases, fromA, stepA, exponents, fromB, stepB, out, start, length);
  });
  return out;
}

// As in PyTorch 0 where the base is 0 (0^b = 0 on both sides of b > 0), which log would make NaN.
const ofExponent: EntryGradient = (upstream, a, b) =>
  a === 0 && b >= 0 ? 0 : upstream * a ** b * Math.log(a);

const POW: BinaryRule = {
  rows: (a, b, out) => preparePower(a, b, out).values,
  gradientA: ofBase,
  // The logarithm has either sign: the sum over many bases of one exponent may cancel.
  gradientB: (upstream, a, b) => gradientArray(ofExponent, upstream, a, b, "float64"),
  derivativeA: (upstream, a, b) =>
    multiply(upstream, where(notEqual(b, 0), multiply(b, pow(a, subtract(b, 1))), 0)),
  derivativeB: (upstream, a, b, output) => {
    const isFlat = multiply(equal(a, 0), greaterEqual(b, 0));
    return multiply(upstream, where(isFlat, 0, multiply(output, log(where(isFlat, 1, a)))));
  },
};

/**
 * `a^b`, entry by entry: NaN for a negative base under an exponent that is not whole. Broadcasts and throws as `add`.
 */
export function pow(a: Tensor | number, b: Tensor | number): Tensor {
  return binary("pow", a, b, POW);
}
