import { describe, expect, it } from "vitest";
import { grad, Parameter, type Tensor, tensor } from "../../src/autograd/index.js";
import { add, multiply, sum } from "../../src/ops/index.js";

/** A chain that uses `x` once for every factor: `sum of factor * x`. */
function uses(x: Tensor, factors: readonly number[]): Tensor {
  return factors.map((factor) => multiply(x, factor)).reduce((total, term) => add(total, term));
}

describe("many uses of one tensor", () => {
  const tenths = Array.from({ length: 100_000 }, () => 0.1);

  it("sum to their gradient rounded once, also in float32", () => {
    const x = tensor(1, { requiresGrad: true });
    const [gradient] = grad(uses(x, tenths), [x]);
    expect(gradient?.item()).toBe(Math.fround(100_000 * Math.fround(0.1)));
  });

  it("sum to the exact gradient in float64, where plain sums are off by 1e-8", () => {
    const x = tensor(1, { requiresGrad: true, dtype: "float64" });
    const [gradient] = grad(uses(x, tenths), [x]);
    expect(gradient?.item()).toBe(10_000);
  });

  it("keep what larger terms of the other sign leave behind", () => {
    const x = tensor([1, 1], { requiresGrad: true, dtype: "float64" });
    const [gradient] = grad(sum(uses(x, [-1e100, 1, 1e100, 1, 1])), [x]);
    expect(gradient?.toArray()).toEqual([3, 3]);
  });

  it.each(["float32", "float64"] as const)("pass infinities and NaN on, %s", (dtype) => {
    const x = tensor(1, { requiresGrad: true, dtype });
    const of = (factors: readonly number[]) => grad(uses(x, factors), [x])[0]?.item();
    expect(of([1, Infinity, 2, 3])).toBe(Infinity);
    expect(of([1, -Infinity, 2, Infinity])).toBeNaN();
    expect(of([1, 2, Number.NaN, 3])).toBeNaN();
  });
});

describe("many backward passes into one grad", () => {
  const pass = (parameter: Parameter, factor: number) => sum(multiply(parameter, factor)).backward();

  it("sum to their gradient rounded once", () => {
    const parameter = new Parameter(tensor(1));
    for (let i = 0; i < 20_000; i++) pass(parameter, 0.1);
    expect(parameter.grad?.item()).toBe(Math.fround(20_000 * Math.fround(0.1)));
  });

  it("go on from what grad was set to, or scaled to in place", () => {
    const parameter = new Parameter(tensor(1));
    for (const factor of [1, 2, 3, 4]) pass(parameter, factor);
    parameter.grad?.data.fill(100);
    pass(parameter, 5);
    expect(parameter.grad?.item()).toBe(105);
    parameter.grad = tensor(7);
    pass(parameter, 6);
    expect(parameter.grad?.item()).toBe(13);
    parameter.grad = undefined;
    pass(parameter, 8);
    expect((parameter.grad as Tensor | undefined)?.item()).toBe(8);
  });

  it("leave the tensor that an earlier pass gave as it was", () => {
    const parameter = new Parameter(tensor([1, 2]));
    const kept = [1, 2, 3, 4].map((factor) => {
      pass(parameter, factor);
      return parameter.grad as Tensor;
    });
    expect(kept.map((gradient) => gradient.toArray())).toEqual([
      [1, 1],
      [3, 3],
      [6, 6],
      [10, 10],
    ]);
  });

  it("refuse a grad of another shape", () => {
    const parameter = new Parameter(tensor([1, 2]));
    parameter.grad = tensor(1);
    expect(() => sum(parameter).backward()).toThrow(
      "backward: expected grad of a parameter [2] to be shaped like it",
    );
  });
});

describe("grad", () => {
  it("gives every input a tensor of its own, also one that is asked for twice", () => {
    const x = tensor([1, 2], { requiresGrad: true });
    const y = add(x, x);
    const gradients = grad(sum(y), [x, x, y, y]);
    for (const gradient of gradients) gradient.data.fill(9);
    const arrays = new Set(gradients.map(({ data }) => data));
    expect(arrays.size).toBe(4);
    expect(grad(sum(y), [x, x, y]).map((gradient) => gradient.toArray())).toEqual([
      [2, 2],
      [2, 2],
      [1, 1],
    ]);
  });
});
