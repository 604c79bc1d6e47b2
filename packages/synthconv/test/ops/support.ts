/** Inputs and comparisons that the tests of the operations share. */

import { grad, Tensor, tensor } from "../../src/autograd/index.js";
import { type DType, RandomStream, type Shape, sizeOf } from "../../src/core/index.js";
import { multiply, sum } from "../../src/ops/index.js";
import type { Domain } from "./table-types.js";

/**
 * Numbers that float32 holds exactly, as a float64 leaf: 0.1 to 2 in size, so that central differences
 * never cross 0. The same purpose gives the same numbers.
 */
export function draw(purpose: string, shape: Shape, domain: Domain = "signed"): Tensor {
  const stream = new RandomStream({ seed: 1, purpose });
  const data = Float64Array.from({ length: sizeOf(shape) }, () => {
    const sign = domain === "signed" && stream.uniform() < 0.5 ? -1 : 1;
    return Math.fround(sign * (0.1 + 1.9 * stream.uniform()));
  });
  return new Tensor({ shape, data, requiresGrad: true });
}

/** A copy as a leaf that asks for its gradient. */
export function leaf(x: Tensor, dtype: DType = x.dtype): Tensor {
  return tensor(x.data, { shape: x.shape, dtype, requiresGrad: true });
}

/** A copy that asks for none. */
export function constant(x: Tensor): Tensor {
  return tensor(x.data, { shape: x.shape });
}

/** `sum(output * weights)` with fixed weights of both signs: a scalar that every entry of the output moves. */
export function probe(output: Tensor): Tensor {
  const weights = tensor(draw("probe", output.shape).data, { shape: output.shape, dtype: output.dtype });
  return sum(multiply(output, weights));
}

/** The output, and the gradients of `probe(output)` for every input (zeros where it has no entries). */
export function evaluate(run: (...inputs: Tensor[]) => Tensor, inputs: readonly Tensor[]): Tensor[] {
  const output = run(...inputs);
  return [output, ...grad(probe(output), inputs)];
}

/**
 * Largest difference of two tensors, relative to the largest finite entry of the second (at least `floor`);
 * infinite where a NaN or an infinity stands on one side only.
 */
export function difference(actual: Tensor, expected: Tensor | ArrayLike<number>, floor = 1e-30): number {
  const wanted = expected instanceof Tensor ? expected.data : expected;
  if (actual.size !== wanted.length) return Number.POSITIVE_INFINITY;
  let scale = floor;
  for (let i = 0; i < wanted.length; i++) {
    const size = Math.abs(wanted[i] as number);
    if (Number.isFinite(size)) scale = Math.max(scale, size);
  }
  let largest = 0;
  for (let i = 0; i < wanted.length; i++) {
    if (Object.is(actual.data[i], wanted[i])) continue;
    const distance = Math.abs((actual.data[i] as number) - (wanted[i] as number));
    if (!Number.isFinite(distance)) return Number.POSITIVE_INFINITY;
    largest = Math.max(largest, distance);
  }
  return largest / scale;
}
