import { TENSOR } from "../autograd/kinds.js";
import { Tensor } from "../autograd/tensor.js";
import { check } from "../core/arguments.js";
import { copyRun } from "../core/copy.js";
import { describeValue } from "../core/describe-value.js";
import { ShapeError, ValueError } from "../core/errors.js";
import { allocateZeros, toDType } from "../core/float-array.js";
import { kind } from "../core/kinds.js";
import { allocateResult } from "../core/results.js";
import { checkShape, formatShape, type Shape, sizeOf } from "../core/shape.js";
import { RunningSums } from "../core/sums.js";
import { linearMap } from "./linear-map.js";

const INDICES = kind<readonly number[] | Int32Array>(
  "a list of whole numbers, or an Int32Array",
  (value) => Array.isArray(value) || value instanceof Int32Array,
  (value) => (value instanceof Tensor ? "Indices carry no gradient: write Array.from(x.data)." : undefined),
);

/**
 * Rows of a table by index (an embedding lookup): `table` [N,...] and indices of `shape` (default one axis)
 * give `[...shape,...]`. The gradients of a row that is read several times add up.
 *
 * @throws {ShapeError} when the table is a scalar, or the indices do not fill `shape`.
 * @throws {ValueError} when an index is not a whole number from 0 to N - 1.
 */
export function gather(table: Tensor, indices: readonly number[] | Int32Array, shape?: Shape): Tensor {
  check("gather", "table", table, TENSOR);
  check("gather", "indices", indices, INDICES);
  return gatherRows(table, indices, shape);
}

function gatherRows(
  table: Tensor,
  indices: readonly number[] | Int32Array,
  shape: Shape = [indices.length],
): Tensor {
  const rows = checkedIndices(table, indices, shape);
  const rowShape = table.shape.slice(1);
  const length = sizeOf(rowShape);
  const { dtype, size } = table;
  return linearMap(
    {
      operation: "gather",
      settings: { indices: rows, shape },
      from: table.shape,
      to: [...shape, ...rowShape],
      apply: (data) => {
        const out = allocateResult(dtype, rows.length * length);
        rows.forEach((row, at) => {
          copyRun(data, row * length, out, at * length, length);
        });
        return out;
      },
      adjoint: (data) => {
        const isOnce = new Set(rows).size === rows.length;
        if (isOnce) {
          // A row that is read once has one gradient, and one that is not read none.
          const out = allocateZeros(dtype, size);
          rows.forEach((row, at) => {
            copyRun(data, at * length, out, row * length, length);
          });
          return out;
        }
        const sums = new RunningSums(size);
        for (let at = 0; at < rows.length; at++) {
          const [row, start] = [rows[at] as number, at * length];
          for (let i = 0; i < length; i++) sums.add(row * length + i, data[start + i] as number);
        }
        return toDType(sums.values(), dtype);
      },
    },
    table,
  );
}

/** A copy: the caller may write to its array before the backward pass. */
function checkedIndices(table: Tensor, indices: readonly number[] | Int32Array, shape: Shape): number[] {
  const count = table.shape[0];
  if (count === undefined) {
    throw new ShapeError({
      where: "gather table",
      expected: "at least one axis [N,...]",
      received: formatShape(table.shape),
    });
  }
  checkShape("gather", shape);
  if (sizeOf(shape) !== indices.length) {
    throw new ShapeError({
      where: "gather indices",
      expected: `${sizeOf(shape)} indices for shape ${formatShape(shape)}`,
      received: String(indices.length),
    });
  }
  const copy = Array.from(indices);
  for (const [at, index] of copy.entries()) {
    if (Number.isInteger(index) && index >= 0 && index < count) continue;
    throw new ValueError({
      where: "gather indices",
      expected: `indices from 0 to ${count - 1}, the rows of table ${formatShape(table.shape)}`,
      received: `${describeValue(index)} at [${at}]`,
    });
  }
  return copy;
}
