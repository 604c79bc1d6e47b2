/**
 * Hald images: a lattice of L^2 x L^2 x L^2 colours laid out pixel by pixel, red fastest, in a picture of L^3 x L^3
 * pixels; L is the level (Eskil Steenberg's Hald CLUT). Any other rectangle with N^3 pixels in the same order, such
 * as a column of N x N^2, holds a lattice too.
 */
import { identityCube, type Lut, LutSampler, tablesOf } from "../../colour/index.js";
import { check, whole } from "../../core/index.js";
import {
  exactIdentity,
  latticeOf,
  latticeSizeOf,
  MAX_SIZE,
  MAX_TRAVEL,
  ordersOf,
  travelOf,
} from "./lattice-picture.js";
import type { LutPicture, LutPictureFormat } from "./lut-format.js";
import { refuse } from "./refuse.js";

/** As for .cube files, which end at 256. */
const MAX_LEVEL = 16;

export const haldFormat: LutPictureFormat = {
  source: "picture",
  name: "hald",
  title: "Hald image",
  extensions: ["png"],
  summary: "a lattice, as the pixels of a square picture; written as a PNG of 16 bits",
  ffmpegFilter: "haldclut",
  recognize: (picture) => ordersOf(picture).includes("rows"),
  read: haldToLut,
  write: {
    lattice: {
      // Level 8, which nearly every collection of film looks uses.
      usualSize: 64,
      sizes: "4, 9, 16, ... 64, ... 256",
      holds: (size) => size >= 4 && size <= MAX_SIZE && Number.isInteger(Math.sqrt(size)),
    },
    domain: "unit",
    levels: 65_535,
    encode: (lut) => lutToHald(lut, Math.sqrt(tablesOf(lut)?.cube?.size ?? 0)),
  },
};

/**
 * The lookup table of a Hald image.
 *
 * @param name what messages call the file.
 * @throws {FormatError} for a size that holds no lattice, and for a picture that is no lookup table in this order (a
 *   photograph, tiles side by side).
 */
export function haldToLut(picture: LutPicture, name: string): Lut {
  const size = latticeSizeOf(picture) ?? refuseSize(picture, name);
  const cube = latticeOf(picture, size, "rows");
  const travel = travelOf(cube);
  if (travel > MAX_TRAVEL) refuseScrambled(travel, name);
  return { stages: [exactIdentity(cube, picture)] };
}

/**
 * The Hald image of a lookup table: its colours at the L^2 x L^2 x L^2 lattice of 0..1, tetrahedral between entries.
 *
 * @throws {ValueError} for a level that is no whole number from 2 to 16; and as `checkLut`.
 */
export function lutToHald(lut: Lut, level: number): LutPicture & { readonly pixels: Float32Array } {
  check("lutToHald", "level", level, whole(2, MAX_LEVEL));
  const side = level ** 3;
  const sampler = new LutSampler(lut, "tetrahedral", "lutToHald");
  const pixels = identityCube(level ** 2).table;
  // Entries that need no interpolation come through bit for bit.
  const nodes = latticeOver(lut, level ** 2);
  if (nodes !== undefined) pixels.set(nodes);
  else sampler.apply(pixels, pixels);
  return { pixels, width: side, height: side };
}

/** The nodes of a lattice over 0 to 1 of this size, where the transform is that and nothing else. */
function latticeOver(lut: Lut, size: number): Float32Array | undefined {
  const { shaper, cube } = tablesOf(lut) ?? {};
  if (shaper !== undefined || cube === undefined || cube.size !== size) return undefined;
  const isUnit = cube.domainMin.every((low) => low === 0) && cube.domainMax.every((high) => high === 1);
  return isUnit ? cube.table : undefined;
}

function refuseSize({ width, height }: LutPicture, name: string): never {
  refuse(
    name,
    "a Hald image (64 x 64, 125 x 125, ... 512 x 512, ... pixels; N^3 pixels for a lattice of N)",
    `${width} x ${height} pixels`,
    "Hald images must not be scaled or cropped.",
  );
}

/** Neighbours that differ too much: the picture is no lattice, or one in another order. */
function refuseScrambled(travel: number, name: string): never {
  refuse(
    name,
    "a Hald image: neighbouring colours of its lattice differ little",
    `channels that travel their range ${travel.toFixed(1)} times along an axis`,
    "A photograph, or a lookup image in another order, is a before and after pair and no Hald image.",
  );
}
