/** Copies between the planes of an image and the grid of a tile in kernel memory. */
import type { FloatArray } from "../../core/index.js";
import { copyRun } from "./binding.js";
import type { Sampling, Tile } from "./correlation.js";

/** Reads `rows` x `columns` grid positions from (row, column) on; positions outside of the image become 0. */
export function readGrid(
  { image: [height, width], origin, step }: Sampling,
  { row, column, stride }: Tile,
  rows: number,
  columns: number,
  planes: FloatArray,
  start: number,
  grid: Float32Array,
  to: number,
): void {
  const left = origin[1] + column * step[1];
  const first = Math.min(columns, Math.max(0, Math.ceil(-left / step[1])));
  const end = Math.max(first, Math.min(columns, Math.floor((width - 1 - left) / step[1]) + 1));
  for (let r = 0; r < rows; r++) {
    const y = origin[0] + (row + r) * step[0];
    const line = to + r * stride;
    if (y < 0 || y >= height) {
      grid.fill(0, line, line + stride);
      continue;
    }
    const from = start + y * width + left;
    for (let x = 0; x < first; x++) grid[line + x] = 0;
    if (step[1] === 1) copyRun(planes, from + first, grid, line + first, end - first);
    else for (let x = first; x < end; x++) grid[line + x] = planes[from + x * step[1]] as number;
    for (let x = end; x < stride; x++) grid[line + x] = 0;
  }
}

/** Writes the grid positions of a tile to the pixels that they stand for, which all lie in the image. */
export function writeGrid(
  { image: [, width], origin, step }: Sampling,
  { row, rows, column, columns, stride }: Tile,
  grid: FloatArray,
  from: number,
  planes: FloatArray,
  start: number,
): void {
  const left = origin[1] + column * step[1];
  for (let r = 0; r < rows; r++) {
    const to = start + (origin[0] + (row + r) * step[0]) * width + left;
    const line = from + r * stride;
    if (step[1] === 1) copyRun(grid, line, planes, to, columns);
    else for (let x = 0; x < columns; x++) planes[to + x * step[1]] = grid[line + x] as number;
  }
}
