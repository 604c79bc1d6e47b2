/** What operations of two tensors have in common: broadcasting, numbers as operands, sums of gradients. */

import { full } from "../autograd/creation.js";
import { checkSameDType, OPERAND } from "../autograd/kinds.js";
import { numbersOf } from "../autograd/numbers.js";
import { record } from "../autograd/tape.js";
import type { Tensor } from "../autograd/tensor.js";
import { check } from "../core/arguments.js";
import { ValueError } from "../core/errors.js";
import { dtypeOf, type FloatArray } from "../core/float-array.js";
import { allocateResult } from "../core/results.js";
import { broadcastShapes, type Shape, sizeOf } from "../core/shape.js";
import type { RowOperation } from "../kernels/index.js";
import { sumToShape } from "./expand.js";
import { gradientFor } from "./result.js";
import { broadcastStrides, forEachRow, type MergedAxis, mergedAxes, sumTo } from "./strided.js";

/** What does rows of one call, from its arrays. */
export type RowsOf = (a: FloatArray, b: FloatArray, out: FloatArray) => RowOperation;

/** Data with its shape: what the loops need of a tensor. */
export interface Values {
  readonly shape: Shape;
  readonly data: FloatArray;
}

export function valuesOf(tensor: Tensor): Values {
  return { shape: tensor.shape, data: numbersOf(tensor) };
}

/** `a (operation) b`, both broadcast to `shape`. */
export function combine(rowsOf: RowsOf, a: Values, b: Values, shape: Shape, out: FloatArray): FloatArray {
  const stridesA = broadcastStrides(a.shape, shape);
  const stridesB = broadcastStrides(b.shape, shape);
  const row = rowsOf(a.data, b.data, out);
  if (combineTiles(row, a, b, mergedAxes(shape, stridesA, stridesB), out)) return out;
  forEachRow(shape, stridesA, stridesB, (start, length, fromA, stepA, fromB, stepB) => {
    row(a.data, fromA, stepA, b.data, fromB, stepB, out, start, length);
  });
  return out;
}

// Numbers of a tile: a chunk of the kernel.
const TILE = 4096;

/**
 * Rows that all meet the same row (a bias over the last axis): with that row repeated a few times, several rows are one, which
 * saves most of the beginnings. Longer rows are as quick by themselves.
 *
 * @returns false where this is not the case; nothing is done then.
 */
function combineTiles(
  row: RowOperation,
  a: Values,
  b: Values,
  axes: readonly MergedAxis[],
  out: FloatArray,
): boolean {
  const [outer, inner] = axes;
  if (outer === undefined || inner === undefined || axes.length > 2) return false;
  const { size: length } = inner;
  if (inner.a !== 1 || inner.b !== 1 || 2 * length > TILE) return false;
  const isRowB = outer.a === length && outer.b === 0;
  if (!isRowB && !(outer.b === length && outer.a === 0)) return false;
  const repeated = isRowB ? b.data : a.data;
  const times = Math.min(outer.size, Math.floor(TILE / length));
  // Where the kernel need not copy it again and again.
  const tile = allocateResult(dtypeOf(repeated), times * length, 0);
  for (let i = 0; i < times; i++) tile.set(repeated.subarray(0, length), i * length);
  for (let start = 0; start < out.length; start += tile.length) {
    const count = Math.min(tile.length, out.length - start);
    if (isRowB) row(a.data, start, 1, tile, 0, 1, out, start, count);
    else row(tile, 0, 1, b.data, start, 1, out, start, count);
  }
  return true;
}

/** A gradient in the output's shape, before it is summed over the broadcast axes. */
type Gradient = (upstream: Tensor, a: Tensor, b: Tensor) => FloatArray;

/** The same in operations on the tape. */
type Derivative = (upstream: Tensor, a: Tensor, b: Tensor, output: Tensor) => Tensor;

export interface BinaryRule {
  readonly rows: RowsOf;
  readonly gradientA: Gradient;
  readonly gradientB: Gradient;
  readonly derivativeA: Derivative;
  readonly derivativeB: Derivative;
  /** See `TapeNode.zeroDerivative`. */
  readonly zeroDerivative?: boolean;
}

export function binary(operation: string, x: Tensor | number, y: Tensor | number, rule: BinaryRule): Tensor {
  const [a, b] = operands(operation, x, y);
  const shape = broadcastShapes(operation, a.shape, b.shape);
  const out = allocateResult(a.dtype, sizeOf(shape));
  const pullBack = (input: Tensor, gradient: Gradient, upstream: Tensor): Tensor | undefined =>
    input.requiresGrad
      ? gradientFor(input, sumTo(gradient(upstream, a, b), upstream.shape, input.shape))
      : undefined;
  return record({
    operation,
    inputs: [a, b],
    shape,
    data: combine(rule.rows, valuesOf(a), valuesOf(b), shape, out),
    zeroDerivative: rule.zeroDerivative ?? false,
    backward: (upstream) => [pullBack(a, rule.gradientA, upstream), pullBack(b, rule.gradientB, upstream)],
    derivative: (upstream, output) => {
      const pull = (input: Tensor, derivative: Derivative): Tensor | undefined =>
        input.requiresGrad ? sumToShape(derivative(upstream, a, b, output), input.shape) : undefined;
      return [pull(a, rule.derivativeA), pull(b, rule.derivativeB)];
    },
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
