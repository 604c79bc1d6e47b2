/**
 * Where every colour stands in the chart, in the chart's own pixels.
 *
 * A lattice of 16 x 16 x 16 colours stands there four times, as the quarters of a square around a grey cross. The quarter
 * at the upper left cuts the cube into slices of one blue, the quarter at the upper right into slices of one red: each
 * colour has other neighbours in the two, so that what a filter does to neighbourhoods tells itself apart from colour. The
 * lower quarters are the upper ones turned about the center: a gradient cancels out in the mean of a colour's places.
 * Slices are mirrored from one to the next, so that patches differ little from those beside them: JPEG keeps that, and
 * halves of chroma that it takes from a neighbour do no harm.
 */

/** Colours per axis: 255 / 15 = 17, so that each is a whole code of 8 bits. */
export const LEVELS = 16;
/** Pixels of a patch: the block in which JPEG stores subsampled chroma. */
export const PATCH = 16;
const SLICE = LEVELS * PATCH;
const SLICES_ACROSS = 4;
const QUARTER = SLICES_ACROSS * SLICE;
/** Width of the cross, which has the markers. */
const CROSS = 128;
/** Grey around it, to be cropped away, and for what a vignette darkens most. */
const BORDER = 112;
/** Side of the chart. */
export const CHART_SIDE: number = 2 * (QUARTER + BORDER) + CROSS;
/** The grey of cross and border, of 255. */
export const CHART_GREY = 128;

/** Pixels of a module: a marker has 7 x 7, as the finder patterns of QR codes have, and a white one around them. */
export const MODULE = 12;

export interface Place {
  /** From the chart's center, in its pixels. */
  readonly x: number;
  readonly y: number;
}

/** Along both axes of the cross; the outer ones go with a generous crop, the five inner ones are enough. */
const ARM = QUARTER / 2;
const OUTER = QUARTER + CROSS / 2 - 5 * MODULE;
export const MARKERS: readonly Place[] = [
  { x: 0, y: 0 },
  ...[-OUTER, -ARM, ARM, OUTER].flatMap((at) => [
    { x: at, y: 0 },
    { x: 0, y: at },
  ]),
];

/** A patch: its center and which colour it has. */
export interface Patch extends Place {
  /** Index of the lattice: blue varies fastest, `(16 r + g) 16 + b`. */
  readonly colour: number;
}

export const COLOURS: number = LEVELS ** 3;

/** The lattice's colours, planar `[3,4096]`, 0 to 1. */
export function chartColours(): Float32Array {
  const planes = new Float32Array(3 * COLOURS);
  for (let colour = 0; colour < COLOURS; colour++) {
    levelsOf(colour).forEach((level, channel) => {
      planes[channel * COLOURS + colour] = level / (LEVELS - 1);
    });
  }
  return planes;
}

/** Steps of red, green and blue, 0 to 15 each. */
export function levelsOf(colour: number): [red: number, green: number, blue: number] {
  return [colour >> 8, (colour >> 4) & 15, colour & 15];
}

/** All patches: 16,384, each colour four times. */
export function chartPatches(): Patch[] {
  const patches: Patch[] = [];
  for (let row = 0; row < SLICES_ACROSS * LEVELS; row++) {
    for (let column = 0; column < SLICES_ACROSS * LEVELS; column++) {
      const [slice, across, down] = placeInSlices(row, column);
      const x = CROSS / 2 + (column + 0.5) * PATCH;
      const y = CROSS / 2 + QUARTER - (row + 0.5) * PATCH;
      const byBlue = (across * LEVELS + down) * LEVELS + slice;
      const byRed = (slice * LEVELS + across) * LEVELS + down;
      // Columns go from left to right in both upper quarters: a colour's distances from the center differ.
      const left = x - CROSS - QUARTER;
      patches.push({ x: left, y: -y, colour: byBlue }, { x: -left, y, colour: byBlue });
      patches.push({ x, y: -y, colour: byRed }, { x: -x, y, colour: byRed });
    }
  }
  return patches;
}

/** Slices go to and fro, and every other one is mirrored, so that edges meet their like. */
function placeInSlices(row: number, column: number): [slice: number, across: number, down: number] {
  const [sliceRow, sliceColumn] = [Math.floor(row / LEVELS), Math.floor(column / LEVELS)];
  const along = sliceRow % 2 === 0 ? sliceColumn : SLICES_ACROSS - 1 - sliceColumn;
  const mirrored = (step: number, isMirrored: boolean): number => (isMirrored ? LEVELS - 1 - step : step);
  return [
    sliceRow * SLICES_ACROSS + along,
    mirrored(column % LEVELS, sliceColumn % 2 === 1),
    mirrored(row % LEVELS, sliceRow % 2 === 1),
  ];
}
