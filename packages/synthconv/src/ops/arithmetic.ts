/** Arithmetic of two tensors that broadcast to one shape, or of a tensor and a number. */

import type { Tensor } from "../autograd/tensor.js";
import { allocate, type FloatArray } from "../core/float-array.js";
import { type BinaryRule, binary, combine, type RowOperation, type Values } from "./binary.js";

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
  derivativeA: (upstream) => upstream,
  derivativeB: (upstream) => upstream,
};
const SUBTRACT: BinaryRule = {
  row: subtractRow,
  gradientA: (upstream) => upstream.data,
  gradientB: (upstream) => negated(upstream.data),
  derivativeA: (upstream) => upstream,
  derivativeB: (upstream) => multiply(upstream, -1),
};
const MULTIPLY: BinaryRule = {
  row: multiplyRow,
  gradientA: (upstream, _a, b) => scaled(multiplyRow, upstream, b),
  gradientB: (upstream, a) => scaled(multiplyRow, upstream, a),
  derivativeA: (upstream, _a, b) => multiply(upstream, b),
  derivativeB: (upstream, a) => multiply(upstream, a),
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
