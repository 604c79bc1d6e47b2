/** Operations of one entry at a time, of one tensor, of two that broadcast, and of a tensor and a number. */
import { activationFunction, ops, type Tensor, tensor } from "../../library.js";
import type { Random } from "../../random.js";
import { type OperationRow, type Part, shapeOf } from "./row.js";

/** Of any shape, and now and then longer than a chunk of the kernel. */
function shapeOfEntries(random: Random): number[] {
  return random.chance(0.25) ? [random.integer(1, 3), random.integer(2000, 4500)] : shapeOf(random);
}

/** Two that broadcast to one: axes made 1, or left out in front. */
function broadcastable(random: Random): Part {
  const shape = shapeOfEntries(random);
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
      draw: (random) => ({ a: shapeOfEntries(random), flag: random.chance(0.5) }),
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
    draw: (random) => ({ a: shapeOfEntries(random) }),
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

/** s + x s (1 - s) of the sigmoid s, which cancel where x is near -1.28: the sizes of both. */
const siluTerms: OperationRow["gradientTerms"] = (_, upstream, input) =>
  upstream.map((size, index) => {
    const x = input[index] as number;
    const power = Math.exp(-Math.abs(x));
    const share = (x < 0 ? power : 1) / (1 + power);
    return size * (share + (Math.abs(x) * power) / (1 + power) ** 2);
  });

const CUMULATIVE = activationFunction("gelu", "gelu");

/** Phi(x) + x phi(x), which cancel where x is near -0.75. */
const geluTerms: OperationRow["gradientTerms"] = (output, upstream, input) =>
  upstream.map((size, index) => {
    const x = input[index] as number;
    const share = x === 0 ? 0.5 : (output[index] as number) / Math.abs(x);
    const slope = CUMULATIVE.derivative(x, 0);
    return size * (share + Math.abs(slope - share));
  });

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
  { ...unary("silu", ops.silu, true), gradientTerms: siluTerms },
  { ...unary("gelu", ops.gelu, true), gradientTerms: geluTerms },
  unary("tanh", ops.tanh),
  unary("sigmoid", ops.sigmoid),
  unary("softplus", ops.softplus),
  unary("cast", (x) => ops.cast(ops.cast(x, "float64"), x.dtype)),
];
