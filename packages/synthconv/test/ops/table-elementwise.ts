/** Arithmetic, entry-wise functions and activations. */
import type { Tensor } from "../../src/autograd/index.js";
import { zeros } from "../../src/autograd/index.js";
import { binary } from "./table-binary.js";
import type { Domain, Entry, Table } from "./table-types.js";

type Unary = (x: Tensor) => Tensor;

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

type AlongAxis = (x: Tensor, axis?: number) => Tensor;

function alongAxis(name: string): Entry<AlongAxis> {
  return {
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
        message: `${name} axis: expected an axis from -2 to 1, received 2`,
      },
      {
        args: () => [zeros([])],
        error: "ValueError",
        message: `${name} axis: expected no axis (the tensor is a scalar), received -1`,
      },
    ],
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
  | "floor"
  | "ceil"
  | "sin"
  | "cos"
  | "pow"
  | "maximum"
  | "minimum"
  | "equal"
  | "notEqual"
  | "less"
  | "lessEqual"
  | "greater"
  | "greaterEqual"
  | "clamp"
  | "relu"
  | "leakyRelu"
  | "silu"
  | "gelu"
  | "tanh"
  | "sigmoid"
  | "softplus"
  | "softmax"
  | "logSoftmax"
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
  floor: unary(),
  ceil: unary(),
  sin: unary(),
  cos: unary(),
  pow: binary("pow", "positive"),
  maximum: binary("maximum"),
  minimum: binary("minimum"),
  equal: binary("equal"),
  notEqual: binary("notEqual"),
  less: binary("less"),
  lessEqual: binary("lessEqual"),
  greater: binary("greater"),
  greaterEqual: binary("greaterEqual"),
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
  softmax: alongAxis("softmax"),
  logSoftmax: alongAxis("logSoftmax"),
};
