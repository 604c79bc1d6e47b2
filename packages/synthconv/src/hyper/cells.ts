/** Conditions that vary over an image: it is cut into cells, each a sample with weights of its own. */
import { checkImage, TENSOR } from "../autograd/kinds.js";
import type { Tensor } from "../autograd/tensor.js";
import { check } from "../core/arguments.js";
import { ShapeError } from "../core/errors.js";
import { formatShape } from "../core/shape.js";
import { bothSides, type Pair, pair } from "../ops/check.js";
import { reshape, transpose } from "../ops/index.js";

/**
 * The cells of a batch of images or of condition maps, row by row: `[B,C,H,W]` gives `[B rows columns,C,H/rows,W/columns]`.
 * A map of conditions `[B,D,rows,columns]` gives one row per cell, `[B rows columns,D]` after
 * `reshape(cells, [-1, D])`. A network of 1x1 convolutions gives every cell what it gives the whole image; larger
 * kernels see their padding at the border of each cell.
 *
 * @param grid one number, or [rows, columns].
 * @throws {ShapeError} when x is no batch of images, or the grid does not divide it.
 */
export function splitIntoCells(x: Tensor, grid: Pair): Tensor {
  check("splitIntoCells", "x", x, TENSOR);
  check("splitIntoCells", "grid", grid, pair(1));
  checkImage("splitIntoCells", "x", x);
  const [rows, columns] = bothSides(grid);
  const [batch, channels, height, width] = x.shape as [number, number, number, number];
  if (height % rows !== 0 || width % columns !== 0) {
    throw new ShapeError({
      where: "splitIntoCells",
      expected: `a height and width that ${rows} rows and ${columns} columns divide`,
      received: formatShape(x.shape),
      repair: "Crop or resize it first.",
    });
  }
  const [high, wide] = [height / rows, width / columns];
  const apart = reshape(x, [batch, channels, rows, high, columns, wide]);
  return reshape(transpose(apart, [0, 2, 4, 1, 3, 5]), [batch * rows * columns, channels, high, wide]);
}

/**
 * Images of their cells, as `splitIntoCells` gives them: `[B rows columns,C,h,w]` gives `[B,C,rows h,columns w]`.
 *
 * @param grid one number, or [rows, columns].
 * @throws {ShapeError} when cells is no batch of images, or no whole number of grids.
 */
export function joinCells(cells: Tensor, grid: Pair): Tensor {
  check("joinCells", "cells", cells, TENSOR);
  check("joinCells", "grid", grid, pair(1));
  checkImage("joinCells", "cells", cells);
  const [rows, columns] = bothSides(grid);
  const [count, channels, high, wide] = cells.shape as [number, number, number, number];
  if (count % (rows * columns) !== 0) {
    throw new ShapeError({
      where: "joinCells",
      expected: `a batch of ${rows} * ${columns} cells per image`,
      received: formatShape(cells.shape),
    });
  }
  const apart = reshape(cells, [count / (rows * columns), rows, columns, channels, high, wide]);
  const together = transpose(apart, [0, 3, 1, 4, 2, 5]);
  return reshape(together, [count / (rows * columns), channels, rows * high, columns * wide]);
}
