/**
 * Hald images: a lattice of L^2 x L^2 x L^2 colours laid out pixel by pixel, red fastest, in a picture of L^3 x L^3
 * pixels; L is the level (Eskil Steenberg's Hald CLUT). Any other rectangle with N^3 pixels in the same order, such
 * as a strip of N x N^2, holds a lattice too.
 */
import { identityCube, type Lut, type Lut3D, LutSampler, UNIT_DOMAIN } from "../../colour/index.js";
import { FormatError, ShapeError, ValueError } from "../../core/index.js";

const MIN_SIZE = 2;
/** As for .cube files: level 16. */
const MAX_SIZE = 256;
const MAX_LEVEL = 16;

export type HaldPixels = Uint8Array | Uint8ClampedArray | Uint16Array | Float32Array | Float64Array;

/** A picture of RGB pixels. */
export interface HaldImage {
  /** `[height,width,3]`, interleaved, nominally 0..1. */
  readonly pixels: Float32Array;
  readonly width: number;
  readonly height: number;
}

/**
 * The lookup table of a Hald image.
 *
 * @param pixels `[height,width,3]`, interleaved RGB without alpha.
 * @param name what messages call the file.
 * @param max the value that stands for 1: 255 and 65535 for whole numbers of 8 and 16 bits, else 1.
 * @throws {ShapeError} when the pixels do not fill the size; {FormatError} for a size that holds no lattice, and
 *   for a picture that is no lookup table in this order (a photograph, tiles side by side).
 */
export function haldToLut(
  pixels: HaldPixels,
  width: number,
  height: number,
  name: string,
  max: number = largestOf(pixels),
): Lut {
  if (pixels.length !== 3 * width * height) {
    throw new ShapeError({
      where: name,
      expected: `${3 * width * height} numbers for ${width} x ${height} RGB pixels`,
      received: `${pixels.length}`,
    });
  }
  const size = latticeSize(width, height, name);
  const table = Float32Array.from(pixels, (value) => value / max);
  const cube: Lut3D = { size, table, ...UNIT_DOMAIN };
  refuseScrambled(cube, name);
  return { cube };
}

/**
 * The Hald image of a lookup table: its colours at the L^2 x L^2 x L^2 lattice of 0..1, tetrahedral between entries.
 *
 * @throws {ValueError} for a level that is no whole number from 2 to 16; and as `checkLut`.
 */
export function lutToHald(lut: Lut, level: number): HaldImage {
  if (!Number.isInteger(level) || level < 2 || level > MAX_LEVEL) {
    throw new ValueError({
      where: "lutToHald level",
      expected: `a whole number from 2 to ${MAX_LEVEL}`,
      received: String(level),
    });
  }
  const side = level ** 3;
  const sampler = new LutSampler(lut);
  const pixels = identityCube(level ** 2).table;
  // Entries that need no interpolation come through bit for bit.
  if (isLatticeOf(lut, level ** 2)) pixels.set(lut.cube.table);
  else sampler.apply(pixels, pixels);
  return { pixels, width: side, height: side };
}

function isLatticeOf(lut: Lut, size: number): lut is Lut & { readonly cube: Lut3D } {
  const { shaper, cube } = lut;
  if (shaper !== undefined || cube === undefined || cube.size !== size) return false;
  return cube.domainMin.every((value) => value === 0) && cube.domainMax.every((value) => value === 1);
}

function largestOf(pixels: HaldPixels): number {
  if (pixels instanceof Uint16Array) return 65535;
  return pixels instanceof Float32Array || pixels instanceof Float64Array ? 1 : 255;
}

function latticeSize(width: number, height: number, name: string): number {
  const size = Math.round(Math.cbrt(width * height));
  const received = `${width} x ${height}`;
  if (size ** 3 !== width * height || size < MIN_SIZE || size > MAX_SIZE) {
    throw new FormatError({
      where: name,
      expected: "a Hald image (64 x 64, 125 x 125, ... 512 x 512, ... pixels; N^3 pixels for a lattice of N)",
      received: `${received} pixels`,
      repair: "Hald images must not be scaled or cropped.",
    });
  }
  return size;
}

// Along an axis of a look, a channel travels its range about once from end to end: 0.1 to 0.8 times in twelve film
// looks. Photographs of Hald size and lookup images in another order jump: 8 to 13 times.
const MAX_TRAVEL = 4;

/** Refuses a table whose neighbours are strangers: the picture is no lattice, or one in another order. */
function refuseScrambled(cube: Lut3D, name: string): void {
  const travel = Math.max(...[1, cube.size, cube.size ** 2].map((stride) => travelAlong(cube, stride)));
  if (travel <= MAX_TRAVEL) return;
  throw new FormatError({
    where: name,
    expected: "a Hald image: neighbouring colours of its lattice differ little",
    received: `channels that travel their range ${travel.toFixed(1)} times along an axis`,
    repair: "A photograph, or a lookup image in another order, is a before and after pair and no Hald image.",
  });
}

/** How often a channel travels 0..1 along one axis of the lattice, in the mean over channels and lines. */
function travelAlong({ size, table }: Lut3D, stride: number): number {
  let total = 0;
  for (let row = 0; row < size ** 3; row++) {
    if (Math.floor(row / stride) % size === size - 1) continue;
    for (let entry = 3 * row; entry < 3 * row + 3; entry++) {
      total += Math.abs((table[entry + 3 * stride] as number) - (table[entry] as number));
    }
  }
  return total / (3 * size ** 2);
}
