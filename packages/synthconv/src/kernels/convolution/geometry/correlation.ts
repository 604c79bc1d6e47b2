/**
 * The geometry of a convolution as one product of matrices. A stride splits the padded image into
 * stride x stride planes, each with every stride-th pixel; inside one plane a tap of the kernel is a shift. A tile
 * of such planes lies in memory as a grid of rows; the value of a tap at output (y, x) then lies a fixed distance
 * behind grid position (y, x), so that a patch matrix is a table of distances and nothing has to be built.
 */
import { largest } from "../../../core/extremes.js";

/** [vertical, horizontal]. */
export type Sides = readonly [number, number];

/** The sizes of a convolution of one group; padding, stride and dilation as in `conv2d`. */
export interface ConvolutionSizes {
  readonly batch: number;
  readonly groups: number;
  /** Channels of one group. */
  readonly groupInputs: number;
  readonly groupOutputs: number;
  readonly input: Sides;
  readonly output: Sides;
  readonly kernel: Sides;
  readonly stride: Sides;
  readonly padding: Sides;
  readonly dilation: Sides;
  /** Numbers from one sample's weights to the next sample's: 0 when the batch shares them. */
  readonly weightStep: number;
}

/** A tap as a shift inside one plane; `index` is its place in the kernel's weights. */
export interface ShiftedTap {
  readonly plane: number;
  readonly y: number;
  readonly x: number;
  readonly index: number;
}

/** Where grid position (row, column) lies in an image: `origin + position * step`; outside it is 0. */
export interface Sampling {
  readonly image: Sides;
  readonly origin: Sides;
  readonly step: Sides;
}

/** `target(row, column) = sum over taps and channels of weight * plane(row + y, column + x)`. */
export interface Correlation {
  readonly planes: readonly Sampling[];
  readonly taps: readonly ShiftedTap[];
  /** Rows and columns that the grid of the planes has more than the target. */
  readonly halo: Sides;
  readonly size: Sides;
  readonly target: Sampling;
}

/** A part of a correlation's target, whose grid in memory is `stride` columns wide. */
export interface Tile {
  readonly row: number;
  readonly rows: number;
  readonly column: number;
  readonly columns: number;
  readonly stride: number;
  /** Grid positions of a plane. */
  readonly plane: number;
  /** Grid positions from the first to the last of the target; those beyond `columns` in a row mean nothing. */
  readonly length: number;
}

/** True where every pixel meets itself and nothing else: no shift, no padding. */
export function isPointwise({ kernel, stride, padding }: ConvolutionSizes): boolean {
  return [...kernel, ...stride].every((side) => side === 1) && padding.every((side) => side === 0);
}

/** The sizes with every plane as one long row, where pixels do not meet. */
export function flattened(sizes: ConvolutionSizes): ConvolutionSizes {
  if (!isPointwise(sizes)) return sizes;
  const pixels = sizes.input[0] * sizes.input[1];
  return { ...sizes, input: [1, pixels], output: [1, pixels] };
}

/** From the image to the output. */
export function forwardCorrelation(sizes: ConvolutionSizes): Correlation {
  const { kernel, stride, padding, dilation, input, output } = sizes;
  const planes: Sampling[] = [];
  for (let y = 0; y < stride[0]; y++) {
    for (let x = 0; x < stride[1]; x++) {
      planes.push({ image: input, origin: [y - padding[0], x - padding[1]], step: stride });
    }
  }
  const taps = tapsOf(sizes);
  const halo = axes((axis) => Math.floor(((kernel[axis] - 1) * dilation[axis]) / stride[axis]));
  return { planes, taps, halo, size: output, target: { image: output, origin: [0, 0], step: [1, 1] } };
}

function tapsOf({ kernel, stride, dilation }: ConvolutionSizes): ShiftedTap[] {
  const taps: ShiftedTap[] = [];
  for (let ky = 0; ky < kernel[0]; ky++) {
    for (let kx = 0; kx < kernel[1]; kx++) {
      const [y, x] = [ky * dilation[0], kx * dilation[1]];
      taps.push({
        plane: (y % stride[0]) * stride[1] + (x % stride[1]),
        y: Math.floor(y / stride[0]),
        x: Math.floor(x / stride[1]),
        index: taps.length,
      });
    }
  }
  return taps;
}

/** From the output's gradient to the image's: one correlation for each plane that has taps and pixels. */
export function transposedCorrelations(sizes: ConvolutionSizes): Correlation[] {
  const { stride, padding, input, output } = sizes;
  const all = tapsOf(sizes);
  const correlations: Correlation[] = [];
  for (let plane = 0; plane < stride[0] * stride[1]; plane++) {
    const taps = all.filter((tap) => tap.plane === plane);
    const phase = [Math.floor(plane / stride[1]), plane % stride[1]] as const;
    const first = axes((axis) => Math.max(0, Math.ceil((padding[axis] - phase[axis]) / stride[axis])));
    const size = axes((axis) => {
      const last = Math.floor((input[axis] - 1 + padding[axis] - phase[axis]) / stride[axis]);
      return Math.max(0, last - first[axis] + 1);
    });
    if (taps.length === 0 || size.includes(0)) continue;
    const halo: Sides = [largest(taps.map(({ y }) => y)), largest(taps.map(({ x }) => x))];
    correlations.push({
      planes: [{ image: output, origin: axes((axis) => first[axis] - halo[axis]), step: [1, 1] }],
      taps: taps.map(({ y, x, index }) => ({ plane: 0, y: halo[0] - y, x: halo[1] - x, index })),
      halo,
      size,
      target: {
        image: input,
        origin: axes((axis) => phase[axis] + first[axis] * stride[axis] - padding[axis]),
        step: stride,
      },
    });
  }
  return correlations;
}

function axes(of: (axis: 0 | 1) => number): Sides {
  return [of(0), of(1)];
}

/**
 * Cuts the target into tiles of about `most` grid positions: whole rows where they fit. A tile is at least as
 * large as its halo, so that no more than half of what is copied in is copied twice in each direction.
 */
export function tilesOf({ size, halo }: Correlation, most: number): Tile[] {
  const tileColumns = Math.min(size[1], Math.max(8, halo[1], most - halo[1]));
  const stride = tileColumns + halo[1];
  const tileRows = Math.min(size[0], Math.max(1, halo[0], Math.floor(most / stride) - halo[0]));
  const tiles: Tile[] = [];
  for (let row = 0; row < size[0]; row += tileRows) {
    const rows = Math.min(tileRows, size[0] - row);
    for (let column = 0; column < size[1]; column += tileColumns) {
      const columns = Math.min(tileColumns, size[1] - column);
      const plane = (rows + halo[0]) * stride;
      tiles.push({ row, rows, column, columns, stride, plane, length: (rows - 1) * stride + columns });
    }
  }
  return tiles;
}
