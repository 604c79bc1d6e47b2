/** An image read at any places, which may be computed themselves (Jaderberg et al., "Spatial transformer networks", 2015). */
import { checkAxes, checkImage, checkSameDType, TENSOR } from "../autograd/kinds.js";
import { composed } from "../autograd/observe.js";
import type { Tensor } from "../autograd/tensor.js";
import { check, checkOptions, type Fields } from "../core/arguments.js";
import { ShapeError } from "../core/errors.js";
import { BOOLEAN, oneOf, optional } from "../core/kinds.js";
import { formatShape } from "../core/shape.js";
import { add, multiply } from "./arithmetic.js";
import { gather } from "./gather.js";
import { type Axis, type AxisPlaces, type GridPadding, placesOf } from "./grid-places.js";
import { reshape, transpose } from "./shape-ops.js";
import { slice } from "./slice.js";

export interface GridSampleOptions {
  /** Default bilinear. Nearest has no gradient for the grid. */
  readonly mode?: "bilinear" | "nearest";
  /** What lies outside: zeros (default), the edge, or the mirror image. */
  readonly paddingMode?: GridPadding;
  /** -1 and 1 are the centres of the corner pixels; else the edges of the image. Default false. */
  readonly alignCorners?: boolean;
}

const OPTIONS: Fields<GridSampleOptions> = {
  mode: optional(oneOf(["bilinear", "nearest"])),
  paddingMode: optional(oneOf(["zeros", "border", "reflection"])),
  alignCorners: optional(BOOLEAN),
};

/**
 * The image at the places of a grid: `x` [B,C,H,W] and grid [B,H',W',2] give [B,C,H',W'] (torch.nn.functional.grid_sample).
 * On the tape it is gathers and products, so that image and grid have gradients of any order.
 *
 * @param grid places (x, y), from -1 at the left and at the top to 1.
 * @throws {ShapeError} when the shapes do not fit, or the image has no pixels.
 * @throws {ValueError} when an option is outside its domain or dtypes differ.
 */
export function gridSample(x: Tensor, grid: Tensor, options: GridSampleOptions = {}): Tensor {
  check("gridSample", "x", x, TENSOR);
  check("gridSample", "grid", grid, TENSOR);
  checkOptions("gridSample", options, OPTIONS);
  checkImage("gridSample", "x", x);
  checkAxes("gridSample grid", grid, "[B,H,W,2]", "Its last axis holds x and y, from -1 to 1.");
  checkSameDType("gridSample", [x, grid]);
  const [batch, , height, width] = x.shape as [number, number, number, number];
  const [samples, , , coordinates] = grid.shape as [number, number, number, number];
  if (samples !== batch || coordinates !== 2 || height * width === 0) {
    throw new ShapeError({
      where: "gridSample",
      expected: "an image [B,C,H,W] of at least one pixel and a grid [B,H',W',2] of as many samples",
      received: `${formatShape(x.shape)} and ${formatShape(grid.shape)}`,
    });
  }
  const { mode = "bilinear", paddingMode = "zeros", alignCorners = false } = options;
  const settings = { mode, paddingMode, alignCorners };
  return composed({ operation: "gridSample", inputs: [x, grid], settings }, () => sampled(x, grid, settings));
}

function sampled(
  x: Tensor,
  grid: Tensor,
  { mode, paddingMode, alignCorners }: Required<GridSampleOptions>,
): Tensor {
  const [batch, channels, height, width] = x.shape as [number, number, number, number];
  const [, toHeight, toWidth] = grid.shape as [number, number, number, number];
  const places = (axis: 0 | 1, size: number): AxisPlaces =>
    placesOf(reshape(slice(grid, [undefined, undefined, undefined, [axis, axis + 1]]), [-1]), {
      size,
      paddingMode,
      alignCorners,
      mode,
    });
  const [columns, rows] = [places(0, width), places(1, height)];
  // [B H W,C]: a pixel is a row.
  const pixels = reshape(transpose(x, [0, 2, 3, 1]), [batch * height * width, channels]);
  const perSample = toHeight * toWidth;
  let total: Tensor | undefined;
  for (const y of rows.taps) {
    for (const column of columns.taps) {
      const part = multiply(readAt(pixels, y, column, [height, width], perSample), weightOf(y, column));
      total = total === undefined ? part : add(total, part);
    }
  }
  const result = reshape(total as Tensor, [batch, toHeight, toWidth, channels]);
  return transpose(result, [0, 3, 1, 2]);
}

/** [N,1] */
function weightOf(y: Axis, x: Axis): Tensor {
  return reshape(multiply(y.weight, x.weight), [-1, 1]);
}

/** [N,C]: what lies outside has the weight 0, and is read anywhere. */
function readAt(
  pixels: Tensor,
  y: Axis,
  x: Axis,
  [height, width]: readonly [number, number],
  perSample: number,
): Tensor {
  const indices = Int32Array.from(y.indices, (row, i) => {
    const sample = Math.floor(i / perSample);
    return (sample * height + row) * width + (x.indices[i] as number);
  });
  return gather(pixels, indices);
}
