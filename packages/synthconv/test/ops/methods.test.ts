import { describe, expect, it } from "vitest";
import { type Tensor, tensor } from "../../src/autograd/index.js";
import * as ops from "../../src/ops/index.js";
import type { TensorMethods } from "../../src/ops/methods.js";

/** Each method with arguments; the function of the same name gives the expected value. */
const CALLS: { readonly [Name in keyof TensorMethods]: Parameters<TensorMethods[Name]> } = {
  add: [2],
  subtract: [tensor([1, 2])],
  multiply: [3],
  divide: [4],
  negate: [],
  pow: [2],
  maximum: [0.5],
  minimum: [tensor([2])],
  matmul: [tensor([[1], [2]])],
  relu: [],
  leakyRelu: [0.5],
  silu: [],
  gelu: [],
  tanh: [],
  sigmoid: [],
  softplus: [],
  softmax: [0],
  logSoftmax: [1],
  exp: [],
  log: [],
  sqrt: [],
  abs: [],
  square: [],
  sin: [],
  cos: [],
  clamp: [-1, 1],
  sum: [{ axes: 0 }],
  mean: [{ axes: 1 }],
  max: [{ keepDims: true }],
  min: [{ axis: 1 }],
  reshape: [[4]],
  transpose: [[1, 0]],
  slice: [[[0, 1]]],
  squeeze: [[]],
  cast: ["float64"],
};

describe("methods of Tensor", () => {
  it.each(Object.entries(CALLS))("%s is the function of that name", (name, args) => {
    const x = tensor([
      [1, -2],
      [3, 4],
    ]);
    type Call = (...args: unknown[]) => Tensor;
    const byMethod = (x as unknown as Record<string, Call>)[name]?.(...args);
    const byFunction = (ops as unknown as Record<string, Call>)[name]?.(x, ...args);
    expect(byMethod?.shape).toEqual(byFunction?.shape);
    expect(byMethod?.data).toEqual(byFunction?.data);
  });

  it("chain, and stay out of sight when a tensor's properties are listed", () => {
    const x = tensor([[1, -2]]);
    expect(x.multiply(2).relu().sum().item()).toBe(2);
    const listed: string[] = [];
    for (const key in x) listed.push(key);
    expect(listed).not.toContain("relu");
  });
});
