import { describe, expect, it } from "vitest";
import { full, grad, Parameter, type Tensor, tensor, zeros } from "../../src/autograd/index.js";
import * as ops from "../../src/ops/index.js";
import { gradientNorm, mse } from "../../src/train/index.js";

const COUNT = 1_000_000;
const many = (shape: readonly number[]) => full(shape, 0.1, { dtype: "float64" });
const leaf = (shape: readonly number[]) =>
  tensor(zeros(shape).data, { shape, dtype: "float64", requiresGrad: true });

/** Everything that sums a million times 0.1 (or its square), in float64, and what it gives. */
const SUMS: Readonly<Record<string, readonly [() => number, number]>> = {
  "sum of everything": [() => ops.sum(many([COUNT])).item(), 1e5],
  "sum over the first axis": [() => ops.sum(many([COUNT, 1, 2]), { axes: 0 }).data[1] as number, 1e5],
  "mean over pixels": [() => ops.mean(many([1, 1, 1000, 1000]), { axes: [2, 3] }).item(), 0.1],
  "global average": [() => ops.globalAveragePool(many([1, 1, 1000, 1000])).item(), 0.1],
  mse: [() => mse(many([COUNT]), full([COUNT], 0, { dtype: "float64" })).item(), 0.01],
  "gradient of what was broadcast": [() => gradientOf(leaf([1]), (x) => ops.multiply(x, many([COUNT]))), 1e5],
  "gradient of a row of biases": [() => gradientOf(leaf([2]), (x) => ops.multiply(x, many([COUNT, 2]))), 1e5],
  "gradient of a linear bias": [
    () =>
      gradientOf(leaf([1]), (bias) => ops.multiply(ops.linear(many([COUNT, 1]), many([1, 1]), bias), 0.1)),
    1e5,
  ],
  "gradient of a convolution's bias": [
    () =>
      gradientOf(leaf([1]), (bias) =>
        ops.multiply(ops.conv2d(many([1, 1, 1000, 1000]), many([1, 1, 1, 1]), bias), 0.1),
      ),
    1e5,
  ],
  "gradient of a convolution's weight": [
    () => gradientOf(leaf([1, 1, 1, 1]), (weight) => ops.conv2d(many([1, 1, 1000, 1000]), weight)),
    1e5,
  ],
  "gradient of a row that is gathered often": [
    () => gradientOf(leaf([1, 1]), (table) => ops.multiply(ops.gather(table, new Int32Array(COUNT)), 0.1)),
    1e5,
  ],
  "softmax of equal entries": [() => ops.softmax(many([COUNT])).data[7] as number, 1 / COUNT],
  "gradient norm": [() => normOf(many([COUNT])), 100],
};

function gradientOf(x: Tensor, run: (x: Tensor) => Tensor): number {
  return (grad(ops.sum(run(x)), [x])[0] as Tensor).data[0] as number;
}

function normOf(gradient: Tensor): number {
  const parameter = new Parameter(zeros(gradient.shape, { dtype: "float64" }));
  parameter.grad = gradient;
  return gradientNorm([parameter]);
}

describe("long sums in float64", () => {
  // A plain sum of a million times 0.1 is off by 1.3e-11 of itself.
  it.each(Object.entries(SUMS))("lose no digit: %s", (_, [run, expected]) => {
    expect(Math.abs(run() / expected - 1)).toBeLessThanOrEqual(1e-15);
  });
});
