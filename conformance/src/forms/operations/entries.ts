/** Operations of one entry at a time, of one tensor, of two that broadcast, and of a tensor and a number. */
import { ops, type Tensor, tensor } from "../../library.js";
import type { Random } from "../../random.js";
import { type OperationRow, type Part, shapeOf } from "./row.js";

/** Two that broadcast to one: axes made 1, or left out in front. */
function broadcastable(random: Random): Part {
  const shape = shapeOf(random);
  const part = (): number[] => {
    const kept = shape.slice(random.chance(0.3) ? random.integer(0, shape.length) : 0);
    return kept.map((side) => (random.chance(0.25) ? 1 : side));
  };
  return random.chance(0.5) ? { a: part(), b: shape } : { a: shape, b: part() };
}

type Binary = (a: Tensor | number, b: Tensor | number) => Tensor;

/** Of two tensors, and of a tensor and a number on either side. */
function binary(
  name: string,
  operation: Binary,
  ofSizes: Binary = operation,
  isSteep = false,
): OperationRow[] {
  const ofTensors =
    (of: Binary): OperationRow["call"] =>
    ([a, b]) =>
      of(a as Tensor, b as Tensor);
  const withNumber =
    (of: Binary): OperationRow["call"] =>
    ([a], { flag }) =>
      flag ? of(NUMBER, a as Tensor) : of(a as Tensor, NUMBER);
  return [
    {
      name,
      inputs: ["a", "b"],
      isSteep,
      draw: broadcastable,
      call: ofTensors(operation),
      ofSizes: ofTensors(ofSizes),
    },
    {
      name: `${name}, a number`,
      inputs: ["a"],
      isSteep,
      draw: (random) => ({ a: shapeOf(random), flag: random.chance(0.5) }),
      call: withNumber(operation),
      ofSizes: withNumber(ofSizes),
    },
  ];
}

const NUMBER = 0.75;

function unary(name: string, operation: (x: Tensor) => Tensor, isSteep = false): OperationRow {
  return {
    name,
    inputs: ["a"],
    isSteep,
    draw: (random) => ({ a: shapeOf(random) }),
    call: ([x]) => operation(x as Tensor),
  };
}

/** Of two tensors of one shape: every number by itself, without sums over what was broadcast. */
function pair(name: string, call: OperationRow["call"], rest: Partial<OperationRow> = {}): OperationRow {
  return {
    name,
    inputs: ["a", "b"],
    draw: (random) => {
      const shape = shapeOf(random);
      return { a: shape, b: shape };
    },
    call,
    ...rest,
  };
}

const compared = (name: string, operation: Binary): OperationRow =>
  pair(name, ([a, b]) => operation(a as Tensor, b as Tensor), { hasJumps: true });

/** 0 in every third place. */
function mask({ shape, size, dtype }: Tensor): Tensor {
  return tensor(
    Float64Array.from({ length: size }, (_, i) => (i % 3 === 0 ? 0 : 1)),
    { shape, dtype },
  );
}

export const entryByEntry: readonly OperationRow[] = [
  ...binary("add", ops.add),
  ...binary("subtract", ops.subtract, ops.add),
  ...binary("multiply", ops.multiply),
  ...binary("divide", ops.divide, ops.divide, true),
  unary("negate", ops.negate),
  unary("exp", ops.exp, true),
  { ...unary("log", ops.log, true), isOfPositive: true },
  { ...unary("sqrt", ops.sqrt, true), isOfPositive: true },
  unary("abs", ops.abs),
  unary("square", ops.square, true),
  { ...unary("sign", ops.sign), hasJumps: true },
  { ...unary("round", ops.round), hasJumps: true },
  { ...unary("floor", ops.floor), hasJumps: true },
  { ...unary("ceil", ops.ceil), hasJumps: true },
  unary("sin", ops.sin, true),
  unary("cos", ops.cos, true),
  pair("pow", ([a, b]) => ops.pow(a as Tensor, b as Tensor), { isSteep: true, isOfPositive: true }),
  compared("maximum", ops.maximum),
  compared("minimum", ops.minimum),
  // A third of the entries is equal.
  compared("equal", (a, b) => ops.equal(a, ops.where(mask(a as Tensor), b, a))),
  compared("notEqual", ops.notEqual),
  compared("less", ops.less),
  compared("lessEqual", ops.lessEqual),
  compared("greater", ops.greater),
  compared("greaterEqual", ops.greaterEqual),
  pair("where", ([a, b]) => ops.where(mask(a as Tensor), a as Tensor, b as Tensor)),
  unary("clamp", (x) => ops.clamp(x, -0.5, 0.75)),
  unary("relu", ops.relu),
  unary("leakyRelu", (x) => ops.leakyRelu(x, 0.125)),
  unary("silu", ops.silu, true),
  unary("gelu", ops.gelu, true),
  unary("tanh", ops.tanh),
  unary("sigmoid", ops.sigmoid),
  unary("softplus", ops.softplus),
  unary("cast", (x) => ops.cast(ops.cast(x, "float64"), x.dtype)),
];
