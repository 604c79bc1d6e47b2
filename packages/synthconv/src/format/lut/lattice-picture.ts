/** Pictures whose pixels are a lattice: the orders that they come in, and how to tell one from another. */

import { identityCube, isIdentityCube, type Lut3D, UNIT_DOMAIN } from "../../colour/index.js";
import { largest } from "../../core/extremes.js";
import type { LutPicture, PicturePixels } from "./lut-format.js";

const MIN_SIZE = 2;
/** As for .cube files. */
export const MAX_SIZE = 256;

/** Where the pixels of a lattice lie: red fastest pixel by pixel, or a tile of red by green for each blue. */
export type PictureOrder = "rows" | "tiles";

/** Nodes per axis; undefined for a picture that holds no lattice. */
export function latticeSizeOf({ width, height }: LutPicture): number | undefined {
  const size = Math.round(Math.cbrt(width * height));
  return size ** 3 === width * height && size >= MIN_SIZE && size <= MAX_SIZE ? size : undefined;
}

/** @returns undefined where the picture cannot be tiles, or where tiles one below the other are rows as well. */
export function tilesAcross({ width, height }: LutPicture, size: number): number | undefined {
  return width > size && width % size === 0 && height % size === 0 ? width / size : undefined;
}

export function latticeOf(picture: LutPicture, size: number, order: PictureOrder): Lut3D {
  const { pixels, width, max = largestOf(pixels) } = picture;
  const table = new Float32Array(pixels.length);
  for (let at = 0; at < table.length; at++) table[at] = (pixels[at] as number) / max;
  const across = order === "tiles" ? tilesAcross(picture, size) : undefined;
  if (across === undefined) return { kind: "lut3d", size, table, ...UNIT_DOMAIN };
  const sorted = new Float32Array(table.length);
  let to = 0;
  for (let blue = 0; blue < size; blue++) {
    const tile = size * (width * Math.floor(blue / across) + (blue % across));
    for (let green = 0; green < size; green++) {
      const row = 3 * (tile + width * green);
      sorted.set(table.subarray(row, row + 3 * size), to);
      to += 3 * size;
    }
  }
  return { kind: "lut3d", size, table: sorted, ...UNIT_DOMAIN };
}

function largestOf(pixels: PicturePixels): number {
  if (pixels instanceof Uint16Array) return 65535;
  return pixels instanceof Float32Array || pixels instanceof Float64Array ? 1 : 255;
}

// Along an axis of a look, a channel travels its range about once from end to end: 0.1 to 0.8 times in twelve film
// looks. Photographs of Hald size and lookup images in another order jump: 8 to 13 times.
export const MAX_TRAVEL = 4;
// A faded look in the wrong order may travel less than that, but still several times as far as in its own.
const CLEARLY_SHORTER = 2;
// Of 2, what a look that follows its own axes has. Swapped axes of the identity differ by 2, of film looks by 1.2 to
// 1.9, of black and white by 0.
const CLEARLY_TRUER = 0.25;

/** The identity itself where the picture is that to half a step of its whole numbers. */
export function exactIdentity(cube: Lut3D, picture: LutPicture): Lut3D {
  const { pixels, max = largestOf(pixels) } = picture;
  if (pixels instanceof Float32Array || pixels instanceof Float64Array) return cube;
  return isIdentityCube(cube, HALF_STEP / max) ? identityCube(cube.size) : cube;
}

/** A little more than a half, for the rounding of the quotient. */
const HALF_STEP = 0.501;

/** The orders in which the picture may be meant: none, one, or both where its content does not tell. */
export function ordersOf(picture: LutPicture): readonly PictureOrder[] {
  const size = latticeSizeOf(picture);
  if (size === undefined) return [];
  const orders: PictureOrder[] = tilesAcross(picture, size) === undefined ? ["rows"] : ["rows", "tiles"];
  const smooth = orders
    .map((order) => ({ order, cube: latticeOf(picture, size, order) }))
    .map((one) => ({ ...one, travel: travelOf(one.cube) }))
    .filter(({ travel }) => travel <= MAX_TRAVEL)
    .sort((a, b) => a.travel - b.travel);
  const [first, second] = smooth;
  if (first === undefined) return [];
  if (second === undefined || second.travel > CLEARLY_SHORTER * first.travel) return [first.order];
  if (first.cube.table.every((value, index) => value === second.cube.table[index])) return ["rows"];
  const lead = trueness(first.cube) - trueness(second.cube);
  if (Math.abs(lead) < CLEARLY_TRUER) return [first.order, second.order];
  return [lead > 0 ? first.order : second.order];
}

/**
 * How far green follows the axis of green and blue that of blue: a strip read in the wrong order has these two
 * exchanged, its neutral axis is the same, and its colours are as smooth. -2 to 2, a negative as its positive; each channel counts by its own
 * range, so that a tint weighs nothing.
 */
function trueness(cube: Lut3D): number {
  const { size } = cube;
  const [green, blue] = [1, 2].map((channel) => {
    const [red = 0, own = 0, other = 0] = [0, channel, 3 - channel].map((axis) =>
      meanRise(cube, channel, size ** axis),
    );
    const range = Math.abs(red) + Math.abs(own) + Math.abs(other);
    return range === 0 ? 0 : (Math.abs(own) - Math.abs(other)) / range;
  });
  return (green ?? 0) + (blue ?? 0);
}

/** How much a channel rises from one end of an axis to the other, in the mean over its lines. */
function meanRise({ size, table }: Lut3D, channel: number, stride: number): number {
  let total = 0;
  for (let row = 0; row < size ** 3; row++) {
    if (Math.floor(row / stride) % size !== 0) continue;
    total +=
      (table[3 * (row + stride * (size - 1)) + channel] as number) - (table[3 * row + channel] as number);
  }
  return total / size ** 2;
}

/** How often a channel travels 0..1 along the axis on which the colours travel most. */
export function travelOf(cube: Lut3D): number {
  return largest([1, cube.size, cube.size ** 2].map((stride) => travelAlong(cube, stride)));
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
