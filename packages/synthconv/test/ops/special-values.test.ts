import { describe, expect, it } from "vitest";
import { grad, type Tensor, tensor } from "../../src/autograd/index.js";
import * as ops from "../../src/ops/index.js";

const leafOf = (values: number[]): Tensor => tensor(values, { dtype: "float64", requiresGrad: true });

/** Values, and gradients for an upstream gradient of 1. */
function valuesAndSlopes(
  operation: (x: Tensor) => Tensor,
  inputs: number[],
): { values: number[]; slopes: number[] } {
  const x = leafOf(inputs);
  const output = operation(x);
  const seed = tensor(output.data.slice().fill(1), { shape: output.shape });
  const [gradient] = grad(output, [x], { seed });
  return { values: [...output.data], slopes: [...(gradient as Tensor).data] };
}

describe("kinks", () => {
  it("have one-sided slopes: those of PyTorch 1.13, which on the bounds of clamp PyTorch 2.15 has no more", () => {
    expect(valuesAndSlopes(ops.relu, [-1, 0, 1])).toEqual({ values: [0, 0, 1], slopes: [0, 0, 1] });
    expect(valuesAndSlopes((x) => ops.leakyRelu(x, 0.25), [-1, 0, 1])).toEqual({
      values: [-0.25, 0, 1],
      slopes: [0.25, 0.25, 1],
    });
    expect(valuesAndSlopes(ops.abs, [-2, 0, 2])).toEqual({ values: [2, 0, 2], slopes: [-1, 0, 1] });
    expect(valuesAndSlopes((x) => ops.clamp(x, -1, 1), [-2, -1, 0, 1, 2])).toEqual({
      values: [-1, -1, 0, 1, 1],
      slopes: [0, 1, 1, 1, 0],
    });
  });

  it("of step functions have no slope, and halves round to the even number", () => {
    expect(valuesAndSlopes(ops.round, [-1.5, -0.4, 0.5, 1.5, 2.5])).toEqual({
      values: [-2, -0, 0, 2, 2],
      slopes: [0, 0, 0, 0, 0],
    });
    expect(valuesAndSlopes(ops.sign, [-3, 0, 2])).toEqual({ values: [-1, 0, 1], slopes: [0, 0, 0] });
  });

  it("max shares the gradient among equal entries, -0 and 0 among them", () => {
    expect(valuesAndSlopes(ops.max, [3, 1, 3])).toEqual({ values: [3], slopes: [0.5, 0, 0.5] });
    expect(valuesAndSlopes(ops.max, [-0, 0]).slopes).toEqual([0.5, 0.5]);
    expect(valuesAndSlopes(ops.max, [-Infinity, -Infinity]).slopes).toEqual([0.5, 0.5]);
  });

  it("an infinite gradient stops where the function is flat", () => {
    // sqrt's slope at relu's 0 is infinite; 0 * Infinity would make it NaN.
    expect(valuesAndSlopes((x) => ops.sqrt(ops.relu(x)), [-1, 4]).slopes).toEqual([0, 0.25]);
    expect(valuesAndSlopes((x) => ops.sqrt(ops.clamp(x, 0, 9)), [-1, 4]).slopes).toEqual([0, 0.25]);
  });
});

describe("NaN", () => {
  it.each([
    ["relu", ops.relu],
    ["leakyRelu", ops.leakyRelu],
    ["silu", ops.silu],
    ["gelu", ops.gelu],
    ["tanh", ops.tanh],
    ["sigmoid", ops.sigmoid],
    ["softplus", ops.softplus],
    ["abs", ops.abs],
    ["sign", ops.sign],
    ["round", ops.round],
    ["clamp", (x: Tensor) => ops.clamp(x, -1, 1)],
    ["max", ops.max],
    ["softmax", ops.softmax],
  ] as const)("passes through %s", (_name, operation) => {
    expect((operation as (x: Tensor) => Tensor)(leafOf([Number.NaN])).data[0]).toBeNaN();
  });

  it("takes no gradient through clamp, as it lies between no bounds", () => {
    const clamped = (min: number, max: number) =>
      valuesAndSlopes((x) => ops.clamp(x, min, max), [Number.NaN]);
    for (const bounds of [
      [-1, 1],
      [0, Infinity],
      [-Infinity, 0],
    ] as const) {
      const [min, max] = bounds;
      expect(clamped(min, max)).toEqual({ values: [Number.NaN], slopes: [0] });
    }
  });

  it("is no gradient of a divisor that is a denormal number, under a zero", () => {
    for (const dtype of ["float32", "float64"] as const) {
      const tiny = tensor(1e-40, { dtype, requiresGrad: true });
      expect(grad(ops.divide(tensor(0, { dtype }), tiny), [tiny])[0]?.item()).toBe(-0);
    }
    const denormal = tensor(5e-324, { dtype: "float64", requiresGrad: true });
    expect(grad(ops.divide(0, denormal), [denormal])[0]?.item()).toBe(-0);
  });

  it("is the maximum, and takes its gradient", () => {
    const { values, slopes } = valuesAndSlopes(ops.max, [1, Number.NaN, 2]);
    expect(values).toEqual([Number.NaN]);
    expect(slopes).toEqual([0, 1, 0]);
  });

  it("comes from outside the domain and from a mean of nothing", () => {
    expect(ops.log(leafOf([-1])).item()).toBeNaN();
    expect(ops.sqrt(leafOf([-1])).item()).toBeNaN();
    expect(ops.divide(leafOf([0]), 0).item()).toBeNaN();
    expect(ops.mean(leafOf([])).item()).toBeNaN();
    expect(ops.sum(leafOf([])).item()).toBe(0);
  });
});

describe("large arguments", () => {
  it("saturate without overflow, in the slope too", () => {
    const far = [-1e4, -800, 800, 1e4];
    expect(valuesAndSlopes(ops.sigmoid, far)).toEqual({ values: [0, 0, 1, 1], slopes: [0, 0, 0, 0] });
    expect(valuesAndSlopes(ops.tanh, far)).toEqual({ values: [-1, -1, 1, 1], slopes: [0, 0, 0, 0] });
    expect(valuesAndSlopes(ops.softplus, far)).toEqual({ values: [0, 0, 800, 1e4], slopes: [0, 0, 1, 1] });
    for (const operation of [ops.silu, ops.gelu]) {
      expect(valuesAndSlopes(operation, far).values.map(Math.abs)).toEqual([0, 0, 800, 1e4]);
      expect(valuesAndSlopes(operation, far).slopes.map(Math.abs)).toEqual([0, 0, 1, 1]);
    }
  });

  it("do not overflow softmax", () => {
    expect([...ops.softmax(leafOf([1000, 1000, -1000])).data]).toEqual([0.5, 0.5, 0]);
  });

  it("keep the digits of a saturated slope", () => {
    // 1 - tanh^2 would have two digits left here: it is 4 e^-2x to within 1e-13.
    const { slopes } = valuesAndSlopes(ops.tanh, [15]);
    expect((slopes[0] as number) / (4 * Math.exp(-30))).toBeCloseTo(1, 10);
  });
});

describe("sums in float32", () => {
  // 1 is less than half a unit in the last place of 1e8 in float32: a float32 sum loses it.
  const column = [1e8, 1, -1e8];

  it("accumulate in float64", () => {
    const x = tensor(column);
    const row = tensor([column]);
    const weights = tensor([[1, 1, 1]]);
    const image = tensor([column.map((value) => [[value]])]);
    const line = tensor([[[column]]]);
    expect(ops.sum(x).item()).toBe(1);
    expect(ops.mean(x).item()).toBe(Math.fround(1 / 3));
    expect(ops.linear(row, weights).item()).toBe(1);
    expect(ops.matmul(row, ops.transpose(weights)).item()).toBe(1);
    expect(ops.conv2d(image, ops.reshape(weights, [1, 3, 1, 1])).item()).toBe(1);
    expect(ops.conv2d(line, ops.reshape(weights, [1, 1, 1, 3])).item()).toBe(1);
    expect(ops.averagePool2d(line, { kernel: [1, 3] }).item()).toBeCloseTo(1 / 3, 6);
    expect(ops.globalAveragePool(line).item()).toBe(Math.fround(1 / 3));
  });

  it("accumulate their gradients in float64", () => {
    const upstream = tensor([[[column]]]);
    const ones = tensor([[[[1, 1, 1]]]], { requiresGrad: true });
    const weight = tensor([[[[1]]]], { requiresGrad: true });
    const bias = tensor([0], { requiresGrad: true });
    const gradients = grad(ops.conv2d(ones, weight, bias), [weight, bias], { seed: upstream });
    expect(gradients.map((gradient) => gradient.item())).toEqual([1, 1]);
    const scalar = tensor(2, { requiresGrad: true });
    expect(grad(ops.add(ones, scalar), [scalar], { seed: upstream })[0]?.item()).toBe(1);
    const table = tensor([5], { requiresGrad: true });
    expect(grad(ops.gather(table, [0, 0, 0]), [table], { seed: tensor(column) })[0]?.item()).toBe(1);
  });
});
