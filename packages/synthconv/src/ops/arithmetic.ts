/** Arithmetic of two tensors that broadcast to one shape, or of a tensor and a number. */

import { full } from "../autograd/creation.js";
import { checkSameDType, OPERAND } from "../autograd/kinds.js";
import { record } from "../autograd/tape.js";
import type { Tensor } from "../autograd/tensor.js";
import { check } from "../core/arguments.js";
import { ValueError } from "../core/errors.js";
import { allocate, type FloatArray } from "../core/float-array.js";
import { broadcastShapes, type Shape } from "../core/shape.js";
import { gradientFor } from "./result.js";
import { broadcastStrides, forEachRow, sumTo } from "./strided.js";

/** `out[start + i] = a[fromA + i * stepA] (operation) b[fromB + i * stepB]` for i below `length`. */
type RowOperation = (
  a: FloatArray,
  fromA: number,
  stepA: number,
  b: FloatArray,
  fromB: number,
  stepB: number,
  out: FloatArray,
  start: number,
  length: number,
) => void;

// One loop an operation, not one loop that calls the operation: the call an entry would cost more than it.
const addRow: RowOperation = (a, fromA, stepA, b, fromB, stepB, out, start, length) => {
  for (let i = 0; i < length; i++) {
    out[start + i] = (a[fromA + i * stepA] as number) + (b[fromB + i * stepB] as number);
  }
};
const subtractRow: RowOperation = (a, fromA, stepA, b, fromB, stepB, out, start, length) => {
  for (let i = 0; i < length; i++) {
    out[start + i] = (a[fromA + i * stepA] as number) - (b[fromB + i * stepB] as number);
  }
};
const multiplyRow: RowOperation = (a, fromA, stepA, b, fromB, stepB, out, start, length) => {
  for (let i = 0; i < length; i++) {
    out[start + i] = (a[fromA + i * stepA] as number) * (b[fromB + i * stepB] as number);
  }
};
const divideRow: RowOperation = (a, fromA, stepA, b, fromB, stepB, out, start, length) => {
  for (let i = 0; i < length; i++) {
    out[start + i] = (a[fromA + i * stepA] as number) / (b[fromB + i * stepB] as number);
  }
};

/** Data with its shape: what the loops need of a tensor. */
interface Values {
  readonly shape: Shape;
  readonly data: FloatArray;
}

/** `a (operation) b`, both broadcast to `shape`. */
function combine(row: RowOperation, a: Values, b: Values, shape: Shape, out: FloatArray): FloatArray {
  const stridesA = broadcastStrides(a.shape, shape);
  const stridesB = broadcastStrides(b.shape, shape);
  forEachRow(shape, stridesA, stridesB, (start, length, fromA, stepA, fromB, stepB) => {
    row(a.data, fromA, stepA, b.data, fromB, stepB, out, start, length);
  });
  return out;
}

interface BinaryRule {
  readonly row: RowOperation;
  /** The gradient of one input in the output's shape, before it is summed over the broadcast axes. */
  readonly gradientA: (upstream: Tensor, a: Tensor, b: Tensor) => FloatArray;
  readonly gradientB: (upstream: Tensor, a: Tensor, b: Tensor) => FloatArray;
}

function binary(operation: string, x: Tensor | number, y: Tensor | number, rule: BinaryRule): Tensor {
  const [a, b] = operands(operation, x, y);
  const shape = broadcastShapes(operation, a.shape, b.shape);
  const out = allocate(
    a.dtype,
    shape.reduce((size, axis) => size * axis, 1),
  );
  const pullBack = (
    input: Tensor,
    gradient: BinaryRule["gradientA"],
    upstream: Tensor,
  ): Tensor | undefined =>
    input.requiresGrad
      ? gradientFor(input, sumTo(gradient(upstream, a, b), upstream.shape, input.shape))
      : undefined;
  return record({
    operation,
    inputs: [a, b],
    shape,
    data: combine(rule.row, a, b, shape, out),
    backward: (upstream) => [pullBack(a, rule.gradientA, upstream), pullBack(b, rule.gradientB, upstream)],
  });
}

function operands(operation: string, x: Tensor | number, y: Tensor | number): [Tensor, Tensor] {
  check(operation, "a", x, OPERAND);
  check(operation, "b", y, OPERAND);
  if (typeof x === "number") {
    if (typeof y === "number") {
      throw new ValueError({
        where: operation,
        expected: "at least one tensor",
        received: `the numbers ${x} and ${y}`,
        repair: "Use plain arithmetic for numbers, or tensor(x).",
      });
    }
    return [full([], x, { dtype: y.dtype }), y];
  }
  if (typeof y === "number") return [x, full([], y, { dtype: x.dtype })];
  checkSameDType(operation, [x, y]);
  return [x, y];
}

/** `row(upstream, other)` in the shape of `upstream`. */
function scaled(row: RowOperation, upstream: Tensor, other: Values): FloatArray {
  return combine(row, upstream, other, upstream.shape, allocate(upstream.dtype, upstream.size));
}

function negated(data: FloatArray): FloatArray {
  return data.map((value) => -value);
}

const ADD: BinaryRule = {
  row: addRow,
  gradientA: (upstream) => upstream.data,
  gradientB: (upstream) => upstream.data,
};
const SUBTRACT: BinaryRule = {
  row: subtractRow,
  gradientA: (upstream) => upstream.data,
  gradientB: (upstream) => negated(upstream.data),
};
const MULTIPLY: BinaryRule = {
  row: multiplyRow,
  gradientA: (upstream, _a, b) => scaled(multiplyRow, upstream, b),
  gradientB: (upstream, a) => scaled(multiplyRow, upstream, a),
};
const DIVIDE: BinaryRule = {
  row: divideRow,
  gradientA: (upstream, _a, b) => scaled(divideRow, upstream, b),
  // d(a/b)/db = -(a/b)/b, the upstream gradient last: divided by a denormal number it is infinite, and 0 times it NaN.
  gradientB: (upstream, a, b) => {
    const { shape } = upstream;
    const slope = combine(divideRow, a, b, shape, allocate(a.dtype, upstream.size));
    combine(divideRow, { shape, data: slope }, b, shape, slope);
    return negated(combine(multiplyRow, upstream, { shape, data: slope }, shape, slope));
  },
};

/**
 * `a + b`, entry by entry; shapes broadcast (aligned at the last axis, sizes equal or 1).
 *
 * @throws {ShapeError} when the shapes do not broadcast.
 * @throws {ValueError} when both are plain numbers, or one is float32 and the other float64.
 */
export function add(a: Tensor | number, b: Tensor | number): Tensor {
  return binary("add", a, b, ADD);
}

/** `a - b`, entry by entry; broadcasts and throws as `add`. */
export function subtract(a: Tensor | number, b: Tensor | number): Tensor {
  return binary("subtract", a, b, SUBTRACT);
}

/** `a * b`, entry by entry; broadcasts and throws as `add`. */
export function multiply(a: Tensor | number, b: Tensor | number): Tensor {
  return binary("multiply", a, b, MULTIPLY);
}

/** `a / b`, entry by entry; broadcasts and throws as `add`. Division by 0 gives Infinity or NaN. */
export function divide(a: Tensor | number, b: Tensor | number): Tensor {
  return binary("divide", a, b, DIVIDE);
}
