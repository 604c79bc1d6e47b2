/** Arithmetic, entry-wise functions and activations. */
import type { Tensor } from "../../src/autograd/index.js";
import { zeros } from "../../src/autograd/index.js";
import type { Domain, Entry, Table } from "./table-types.js";

type Binary = (a: Tensor | number, b: Tensor | number) => Tensor;
type Unary = (x: Tensor) => Tensor;

function binary(name: string): Entry<Binary> {
  return {
    samples: [
      {
        title: "equal shapes",
        inputs: [
          [2, 3],
          [2, 3],
        ],
        args: (a, b) => [a, b],
        shape: [2, 3],
      },
      { title: "a row on a matrix", inputs: [[2, 3], [3]], args: (a, b) => [a, b], shape: [2, 3] },
      {
        title: "a column and a row",
        inputs: [
          [4, 1],
          [1, 3],
        ],
        args: (a, b) => [a, b],
        shape: [4, 3],
      },
      {
        title: "channels of an image",
        inputs: [
          [2, 3, 2, 2],
          [3, 1, 1],
        ],
        args: (a, b) => [a, b],
        shape: [2, 3, 2, 2],
      },
      { title: "a number on the right", inputs: [[2, 3]], args: (a) => [a, -1.5], shape: [2, 3] },
      { title: "a number on the left", inputs: [[2, 3]], args: (b) => [0.75, b], shape: [2, 3] },
      { title: "scalars", inputs: [[], []], args: (a, b) => [a, b], shape: [] },
      { title: "the same tensor twice", inputs: [[3]], args: (a) => [a, a], shape: [3] },
      { title: "an empty batch", inputs: [[0, 3], [3]], args: (a, b) => [a, b], shape: [0, 3] },
    ],
    badCalls: [
      {
        args: () => [zeros([2, 3]), zeros([2])],
        error: "ShapeError",
        message: `${name}: expected shapes that broadcast (aligned at the last axis, equal or 1), received [2,3] and [2]. Axis -1 is 3 against 2: reshape one of them.`,
      },
      {
        args: () => [zeros([2]), zeros([2], { dtype: "float64" })],
        error: "ValueError",
        message: `${name}: expected inputs of one dtype (float32, as the first), received float64 for tensor [2]. Convert it: cast(x, "float32").`,
      },
      {
        args: () => [1, 2],
        error: "ValueError",
        message: `${name}: expected at least one tensor, received the numbers 1 and 2. Use plain arithmetic for numbers, or tensor(x).`,
      },
    ],
  };
}

function unary(domain: Domain = "signed"): Entry<Unary> {
  return {
    samples: [
      { title: "a matrix", inputs: [[3, 4]], domain, args: (x) => [x], shape: [3, 4] },
      { title: "a scalar", inputs: [[]], domain, args: (x) => [x], shape: [] },
      { title: "an empty batch", inputs: [[0, 3]], domain, args: (x) => [x], shape: [0, 3] },
    ],
    badCalls: [],
  };
}

export const ELEMENTWISE: Table<
  | "add"
  | "subtract"
  | "multiply"
  | "divide"
  | "negate"
  | "exp"
  | "log"
  | "sqrt"
  | "abs"
  | "square"
  | "sign"
  | "round"
  | "clamp"
  | "relu"
  | "leakyRelu"
  | "silu"
  | "gelu"
  | "tanh"
  | "sigmoid"
  | "softplus"
  | "softmax"
> = {
  add: binary("add"),
  subtract: binary("subtract"),
  multiply: binary("multiply"),
  divide: binary("divide"),
  negate: unary(),
  exp: unary(),
  log: unary("positive"),
  sqrt: unary("positive"),
  abs: unary(),
  square: unary(),
  sign: unary(),
  round: unary(),
  relu: unary(),
  silu: unary(),
  gelu: unary(),
  tanh: unary(),
  sigmoid: unary(),
  softplus: unary(),
  leakyRelu: {
    samples: [
      { title: "the default slope", inputs: [[3, 4]], args: (x) => [x], shape: [3, 4] },
      { title: "a steep slope", inputs: [[3, 4]], args: (x) => [x, 0.5], shape: [3, 4] },
    ],
    badCalls: [],
  },
  clamp: {
    samples: [
      { title: "both bounds", inputs: [[4, 4]], args: (x) => [x, -1.0123, 0.8765], shape: [4, 4] },
      { title: "one bound", inputs: [[4, 4]], args: (x) => [x, -Infinity, 0.01], shape: [4, 4] },
    ],
    badCalls: [
      {
        args: () => [zeros([2]), 1, 0],
        error: "ValueError",
        message:
          "clamp: expected min <= max, received min 1 and max 0. Use -Infinity or Infinity for a side without a bound.",
      },
      {
        args: () => [zeros([2]), Number.NaN, 0],
        error: "ValueError",
        message:
          "clamp: expected min <= max, received min NaN and max 0. Use -Infinity or Infinity for a side without a bound.",
      },
    ],
  },
  softmax: {
    samples: [
      { title: "the last axis", inputs: [[2, 5]], args: (x) => [x], shape: [2, 5] },
      { title: "a middle axis", inputs: [[2, 3, 4]], args: (x) => [x, 1], shape: [2, 3, 4] },
      { title: "an empty batch", inputs: [[0, 3]], args: (x) => [x], shape: [0, 3] },
      { title: "an axis of one", inputs: [[3, 1]], args: (x) => [x], shape: [3, 1] },
    ],
    badCalls: [
      {
        args: () => [zeros([2, 3]), 2],
        error: "ValueError",
        message: "softmax axis: expected an axis from -2 to 1, received 2",
      },
      {
        args: () => [zeros([])],
        error: "ValueError",
        message: "softmax axis: expected no axis (the tensor is a scalar), received -1",
      },
    ],
  },
};
