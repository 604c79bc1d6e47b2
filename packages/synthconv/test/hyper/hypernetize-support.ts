/** What the tests of hypernetize share. */
import { expect } from "vitest";
import { type Tensor, tensor } from "../../src/autograd/index.js";
import { RandomStream, type Shape, sizeOf } from "../../src/core/index.js";
import { Linear, ReLU, Sequential } from "../../src/nn/index.js";
import { slice } from "../../src/ops/index.js";

/** Normal numbers in float64, the same for the same purpose. */
export function random(shape: Shape, purpose: string): Tensor {
  const stream = new RandomStream({ seed: 9, purpose });
  return tensor(
    Float64Array.from({ length: sizeOf(shape) }, () => stream.normal()),
    { shape, dtype: "float64" },
  );
}

export const connected = (): Sequential => new Sequential(new Linear(3, 5), new ReLU(), new Linear(5, 2));

/** Every number of one within `tolerance` of the other's. */
export function close(actual: Tensor, expected: Tensor, tolerance = 1e-12): void {
  expect(actual.shape).toEqual(expected.shape);
  let far = 0;
  actual.data.forEach((value, i) => {
    far = Math.max(far, Math.abs(value - (expected.data[i] as number)));
  });
  expect(far).toBeLessThan(tolerance);
}

export const sampleOf = (x: Tensor, b: number): Tensor => slice(x, [[b, b + 1]]);
