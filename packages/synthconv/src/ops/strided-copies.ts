/** Copies between a contiguous array and one that is stepped through by its own strides. */
import type { FloatArray } from "../core/float-array.js";
import type { Shape } from "../core/shape.js";
import { transposeMatrix } from "../kernels/index.js";
import { matricesOf } from "./matrices.js";
import { forEachRow } from "./strided.js";

/** `out` [shape] read from `data`, from `offset` on with these strides. */
export function readStrided(
  data: FloatArray,
  offset: number,
  strides: readonly number[],
  shape: Shape,
  out: FloatArray,
): void {
  const matrices = matricesOf(shape, strides);
  if (matrices !== undefined) {
    const { rows, columns, step, otherStep } = matrices;
    matrices.forEach((start, from) => {
      transposeMatrix(
        { data, start: offset + from, step: otherStep },
        { data: out, start, step },
        columns,
        rows,
      );
    });
    return;
  }
  forEachRow(shape, strides, strides, (start, length, from, step) => {
    if (step === 1) out.set(data.subarray(offset + from, offset + from + length), start);
    else for (let i = 0; i < length; i++) out[start + i] = data[offset + from + i * step] as number;
  });
}

/** `data` [shape] written to `out`, from `offset` on with these strides. */
export function writeStrided(
  data: FloatArray,
  shape: Shape,
  out: FloatArray,
  offset: number,
  strides: readonly number[],
): void {
  const matrices = matricesOf(shape, strides);
  if (matrices !== undefined) {
    const { rows, columns, step, otherStep } = matrices;
    matrices.forEach((start, to) => {
      transposeMatrix(
        { data, start, step },
        { data: out, start: offset + to, step: otherStep },
        rows,
        columns,
      );
    });
    return;
  }
  forEachRow(shape, strides, strides, (start, length, to, step) => {
    if (step === 1) out.set(data.subarray(start, start + length), offset + to);
    else for (let i = 0; i < length; i++) out[offset + to + i * step] = data[start + i] as number;
  });
}
