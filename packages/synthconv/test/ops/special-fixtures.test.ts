import { describe, expect, it } from "vitest";
import { grad, type Tensor, tensor } from "../../src/autograd/index.js";
import * as ops from "../../src/ops/index.js";
import { type SpecialValueCase, specialValueCases } from "../fixtures/pytorch/load.js";

const { relu, silu, gelu, tanh, sigmoid, softplus, negate, exp, log, sqrt, abs, square, sign, round } = ops;
const { add, subtract, multiply, divide } = ops;
const CALLS: Readonly<Record<string, (...inputs: Tensor[]) => Tensor>> = {
  ...{ relu, silu, gelu, tanh, sigmoid, softplus, negate, exp, log, sqrt, abs, square, sign, round },
  ...({ add, subtract, multiply, divide } as Record<string, (...inputs: Tensor[]) => Tensor>),
  leakyRelu: (x) => ops.leakyRelu(x as Tensor, 0.1),
  clamp: (x) => ops.clamp(x as Tensor, -1, 1),
};

/** Where this library decided otherwise, and why: `name what at`. */
const DECIDED: Readonly<Record<string, readonly string[]>> = {
  "the exact function still has digits where PyTorch's formula has none": [
    "gelu value -20",
    "gelu value -30",
    "gelu gradient 0 -20",
    "gelu gradient 0 -30",
    "silu value -710",
    "silu gradient 0 -710",
    "sigmoid value -710",
    "sigmoid gradient 0 -710",
    "sigmoid gradient 0 20",
    "sigmoid gradient 0 30",
    "sigmoid gradient 0 710",
    "tanh gradient 0 20",
    "tanh gradient 0 30",
    "tanh gradient 0 -20",
    "tanh gradient 0 -30",
  ],
  "NaN stays NaN, so that it is found where it arose: PyTorch makes 0 of it": [
    "abs gradient 0 NaN",
    "sign value NaN",
  ],
};

interface Disagreement {
  readonly what: string;
  readonly at: readonly number[];
  readonly ours: number;
  readonly pytorchs: number;
}

// Fixtures hold ten digits.
const agree = (ours: number, pytorchs: number): boolean =>
  Object.is(ours + 0, pytorchs + 0) || Math.abs(ours - pytorchs) <= 1e-9 * Math.abs(pytorchs);

function disagreements({ name, inputs, output, gradients }: SpecialValueCase): Disagreement[] {
  const leaves = inputs.map((values) => tensor([...values], { dtype: "float64", requiresGrad: true }));
  const result = (CALLS[name] as (...inputs: Tensor[]) => Tensor)(...leaves);
  const ours = grad(ops.sum(result), leaves);
  const compare = (what: string, mine: Tensor, pytorchs: readonly number[]): Disagreement[] =>
    pytorchs.flatMap((wanted, index) => {
      const value = mine.data[index] as number;
      const at = inputs.map((values) => values[index] as number);
      return agree(value, wanted) ? [] : [{ what, at, ours: value, pytorchs: wanted }];
    });
  return [
    ...compare("value", result, output),
    ...gradients.flatMap((wanted, index) => compare(`gradient ${index}`, ours[index] as Tensor, wanted)),
  ];
}

describe("special values, as in PyTorch", () => {
  it.each(specialValueCases())("$name", (one) => {
    const found = disagreements(one).map(({ what, at }) => `${one.name} ${what} ${at.join(" ")}`);
    const decided = Object.values(DECIDED)
      .flat()
      .filter((line) => line.startsWith(`${one.name} `));
    expect(found.sort()).toEqual(decided.sort());
  });
});
