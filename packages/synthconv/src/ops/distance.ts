/** The mean of a function of the differences of two tensors of one shape, as one operation: what the common losses are. */

import { checkSameDType } from "../autograd/kinds.js";
import { numbersOf } from "../autograd/numbers.js";
import { record } from "../autograd/tape.js";
import { provenance, Tensor } from "../autograd/tensor.js";
import { allocateUnset, type FloatArray } from "../core/float-array.js";
import { allocateResult } from "../core/results.js";
import { applyToEntries, type DistanceName, prepareDistance } from "../kernels/index.js";
import { multiply, subtract } from "./arithmetic.js";
import { abs, clamp, negate, sign, square } from "./elementwise.js";
import { NEGATE } from "./negate.js";
import { mean } from "./reduce.js";

/** The derivatives of the functions by the difference d, in operations. */
const SLOPES: Readonly<Record<DistanceName, (d: Tensor, delta: number) => Tensor>> = {
  mse: (d) => multiply(d, 2),
  l1: (d) => sign(d),
  huber: (d, delta) => clamp(d, -delta, delta),
};

/** The functions themselves, of the difference d. */
const IN_OPERATIONS: Readonly<Record<DistanceName, (d: Tensor, delta: number) => Tensor>> = {
  mse: (d) => square(d),
  l1: (d) => abs(d),
  huber: (d, delta) => {
    const distance = abs(d);
    // With c = min(|d|, delta), both branches are c (|d| - c/2).
    const near = clamp(distance, 0, delta);
    return multiply(near, subtract(distance, multiply(near, 0.5)));
  },
};

/**
 * The mean over all entries; both have one shape.
 *
 * @param delta of huber.
 * @throws {ValueError} when one is float32 and the other float64.
 */
export function meanDistance(name: DistanceName, a: Tensor, b: Tensor, delta = 1): Tensor {
  checkSameDType(name, [a, b]);
  // A diagnosis follows what passes between operations, so it is shown all that there are.
  if (provenance.observer !== undefined) return mean(IN_OPERATIONS[name](subtract(a, b), delta));
  const { dtype, size, shape } = a;
  const distance = prepareDistance(name, delta, numbersOf(a));
  const gradientOf = (upstream: FloatArray): FloatArray => {
    const gradient = allocateResult(dtype, size);
    distance.gradient(numbersOf(a), numbersOf(b), (upstream[0] as number) / size, gradient);
    return gradient;
  };
  const negated = (data: FloatArray): FloatArray => {
    const out = allocateResult(dtype, size);
    applyToEntries(NEGATE, data, out);
    return out;
  };
  return record({
    operation: name,
    inputs: [a, b],
    shape: [],
    data: allocateUnset(dtype, 1).fill(distance.sum(numbersOf(a), numbersOf(b)) / size),
    backward: (incoming) => {
      const upstream = numbersOf(incoming);
      const ofA = gradientOf(upstream);
      return [
        a.requiresGrad ? new Tensor({ shape, data: ofA }) : undefined,
        b.requiresGrad ? new Tensor({ shape, data: negated(ofA) }) : undefined,
      ];
    },
    derivative: (upstream) => {
      const slope = multiply(SLOPES[name](subtract(a, b), delta), multiply(upstream, 1 / size));
      return [a.requiresGrad ? slope : undefined, b.requiresGrad ? negate(slope) : undefined];
    },
  });
}
