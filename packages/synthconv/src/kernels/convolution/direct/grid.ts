/** Copies between the planes of an image and the grid of a tile in kernel memory. */

import { noteChoice } from "../../../core/choices.js";
import { copyRun } from "../../../core/copy.js";
import type { FloatArray } from "../../../core/index.js";
import type { ProductMemory } from "../../product/memory.js";
import type { Sampling, Tile } from "../geometry/correlation.js";

/** Reads `rows` x `columns` grid positions from (row, column) on; positions outside of the image become 0. */
export function readGrid(
  memory: ProductMemory,
  { image: [height, width], origin, step }: Sampling,
  { row, column, stride }: Tile,
  rows: number,
  columns: number,
  planes: FloatArray,
  start: number,
  to: number,
): void {
  const grid = memory.floats;
  const left = origin[1] + column * step[1];
  const top = origin[0] + row * step[0];
  const x = insideRange(left, step[1], width, columns);
  const y = insideRange(top, step[0], height, rows);
  grid.fill(0, to, to + y.first * stride);
  grid.fill(0, to + y.end * stride, to + rows * stride);
  const firstLine = to + y.first * stride;
  const firstFrom = start + (top + y.first * step[0]) * width + left;
  // Steps of more than one pixel read one of a column, too, but do not begin at it.
  const isDense = step[0] === 1 && step[1] === 1;
  if (isDense && x.end - x.first === width && y.end > y.first) {
    noteChoice("grid", "reads rows at once");
    const from = firstFrom + x.first;
    const count = y.end - y.first;
    memory.readRows(planes, from, firstLine, count, width, x.first, stride - x.end);
    return;
  }
  noteChoice("grid", step[1] === 1 ? "reads line by line" : "reads every few pixels");
  for (let r = y.first; r < y.end; r++) {
    const line = to + r * stride;
    const from = firstFrom + (r - y.first) * step[0] * width;
    grid.fill(0, line, line + x.first);
    if (step[1] === 1) copyRun(planes, from + x.first, grid, line + x.first, x.end - x.first);
    else for (let i = x.first; i < x.end; i++) grid[line + i] = planes[from + i * step[1]] as number;
    grid.fill(0, line + x.end, line + stride);
  }
}

/** The positions [first, end) for which `origin + position * step` lies in [0, size). */
function insideRange(
  origin: number,
  step: number,
  size: number,
  positions: number,
): { readonly first: number; readonly end: number } {
  const first = Math.min(positions, Math.max(0, Math.ceil(-origin / step)));
  const end = Math.floor((size - 1 - origin) / step) + 1;
  return { first, end: Math.max(first, Math.min(positions, end)) };
}

/** Writes the grid positions of a tile to the pixels that they stand for, which all lie in the image. */
export function writeGrid(
  memory: ProductMemory,
  { image: [, width], origin, step }: Sampling,
  { row, rows, column, columns, stride }: Tile,
  from: number,
  planes: FloatArray,
  start: number,
): void {
  const grid = memory.floats;
  const left = origin[1] + column * step[1];
  const top = start + (origin[0] + row * step[0]) * width + left;
  if (columns === width && step[0] === 1) {
    noteChoice("grid", "writes rows at once");
    memory.writeRows(from, stride, rows, width, planes, top);
    return;
  }
  noteChoice("grid", step[1] === 1 ? "writes line by line" : "writes every few pixels");
  for (let r = 0; r < rows; r++) {
    const to = top + r * step[0] * width;
    const line = from + r * stride;
    if (step[1] === 1) copyRun(grid, line, planes, to, columns);
    else for (let x = 0; x < columns; x++) planes[to + x * step[1]] = grid[line + x] as number;
  }
}
