/** Arithmetic of two tensors that broadcast to one shape, or of a tensor and a number. */

import { numbersOf } from "../autograd/numbers.js";
import type { Tensor } from "../autograd/tensor.js";
import { dtypeOf, type FloatArray } from "../core/float-array.js";
import { allocateResult } from "../core/results.js";
import { type Arithmetic, applyToEntries, arithmeticRows } from "../kernels/index.js";
import { type BinaryRule, binary, combine, type RowsOf, valuesOf } from "./binary.js";
import { NEGATE } from "./negate.js";

const rowsOf =
  (operation: Arithmetic): RowsOf =>
  (a, b, out) =>
    arithmeticRows(operation, a, b, out);
const [addRows, subtractRows, multiplyRows, divideRows] = [
  rowsOf("add"),
  rowsOf("subtract"),
  rowsOf("multiply"),
  rowsOf("divide"),
];

/** `upstream (operation) other` in the shape of `upstream`. */
function scaled(rows: RowsOf, upstream: Tensor, other: Tensor): FloatArray {
  const out = allocateResult(upstream.dtype, upstream.size);
  return combine(rows, valuesOf(upstream), valuesOf(other), upstream.shape, out);
}

function negated(data: FloatArray): FloatArray {
  const out = allocateResult(dtypeOf(data), data.length);
  applyToEntries(NEGATE, data, out);
  return out;
}

const ADD: BinaryRule = {
  rows: addRows,
  gradientA: numbersOf,
  gradientB: numbersOf,
  derivativeA: (upstream) => upstream,
  derivativeB: (upstream) => upstream,
};
const SUBTRACT: BinaryRule = {
  rows: subtractRows,
  gradientA: numbersOf,
  gradientB: (upstream) => negated(numbersOf(upstream)),
  derivativeA: (upstream) => upstream,
  derivativeB: (upstream) => multiply(upstream, -1),
};
const MULTIPLY: BinaryRule = {
  rows: multiplyRows,
  gradientA: (upstream, _a, b) => scaled(multiplyRows, upstream, b),
  gradientB: (upstream, a) => scaled(multiplyRows, upstream, a),
  derivativeA: (upstream, _a, b) => multiply(upstream, b),
  derivativeB: (upstream, a) => multiply(upstream, a),
};
const DIVIDE: BinaryRule = {
  rows: divideRows,
  gradientA: (upstream, _a, b) => scaled(divideRows, upstream, b),
  // d(a/b)/db = -(a/b)/b, the upstream gradient last: divided by a denormal number it is infinite, and 0 times it NaN.
  gradientB: (upstream, a, b) => {
    const { shape } = upstream;
    const divisor = valuesOf(b);
    const slope = allocateResult(a.dtype, upstream.size);
    combine(divideRows, valuesOf(a), divisor, shape, slope);
    combine(divideRows, { shape, data: slope }, divisor, shape, slope);
    return negated(combine(multiplyRows, valuesOf(upstream), { shape, data: slope }, shape, slope));
  },
  derivativeA: (upstream, _a, b) => divide(upstream, b),
  derivativeB: (upstream, _a, b, output) => multiply(multiply(upstream, divide(output, b)), -1),
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
