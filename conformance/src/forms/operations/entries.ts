/** Operations of one entry at a time, of one tensor, of two that broadcast, and of a tensor and a number. */
import { ops, type Tensor } from "../../library.js";
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
