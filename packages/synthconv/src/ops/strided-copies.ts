/** Copies between a contiguous array and one that is stepped through by its own strides. */
import type { FloatArray } from "../core/float-array.js";
import type { Shape } from "../core/shape.js";
import { forEachRow } from "./strided.js";
import { forEachTileRow } from "./tiles.js";

/** `out` [shape] read from `data`, from `offset` on with these strides. */
export function readStrided(
  data: FloatArray,
  offset: number,
  strides: readonly number[],
  shape: Shape,
  out: FloatArray,
): void {
  const isDone = forEachTileRow(shape, strides, (start, count, from, step) => {
    for (let i = 0, at = offset + from; i < count; i++, at += step) out[start + i] = data[at] as number;
  });
  if (isDone) return;
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
  const isDone = forEachTileRow(shape, strides, (start, count, to, step) => {
    for (let i = 0, at = offset + to; i < count; i++, at += step) out[at] = data[start + i] as number;
  });
  if (isDone) return;
  forEachRow(shape, strides, strides, (start, length, to, step) => {
    if (step === 1) out.set(data.subarray(start, start + length), offset + to);
    else for (let i = 0; i < length; i++) out[offset + to + i * step] = data[start + i] as number;
  });
}
