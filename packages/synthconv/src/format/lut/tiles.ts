/**
 * Strips and squares of tiles, as game engines and phone libraries lay a lattice out: in each tile red runs along x
 * and green down, and there is a tile for each blue, from left to right and then down. 256 x 16, 1024 x 32 and
 * 4096 x 64 are one row of tiles, 512 x 512 is 8 x 8 of them.
 */
import { type Lut, requireTables } from "../../colour/index.js";
import { ValueError } from "../../core/index.js";
import {
  exactIdentity,
  latticeOf,
  latticeSizeOf,
  MAX_SIZE,
  ordersOf,
  tilesAcross,
} from "./lattice-picture.js";
import { sizesUpTo } from "./lattice-sizes.js";
import type { LutPicture, LutPictureFormat } from "./lut-format.js";
import { refuse } from "./refuse.js";

export const tilesFormat: LutPictureFormat = {
  source: "picture",
  name: "tiles",
  title: "LUT strip",
  extensions: ["png"],
  summary: "a lattice as tiles of red by green, one for each blue: 256 x 16, 1024 x 32, 4096 x 64, 512 x 512",
  recognize: (picture) => ordersOf(picture).includes("tiles"),
  read: tilesToLut,
  write: {
    // 256 x 16, which every engine takes.
    lattice: sizesUpTo(MAX_SIZE, 16),
    domain: "unit",
    levels: 255,
    encode: lutToTiles,
  },
};

function tilesToLut(picture: LutPicture, name: string): Lut {
  const size = latticeSizeOf(picture);
  if (size !== undefined && tilesAcross(picture, size) !== undefined) {
    return { stages: [exactIdentity(latticeOf(picture, size, "tiles"), picture)] };
  }
  return refuse(
    name,
    "tiles of N x N pixels, N of them (256 x 16, 1024 x 32, 4096 x 64, 512 x 512, ...)",
    `${picture.width} x ${picture.height} pixels`,
    "LUT strips must not be scaled or cropped.",
  );
}

/** A square of tiles where the lattice makes one (512 x 512 for 64), as phone libraries take it; else one row. */
const SQUARE = 64;

/**
 * Eight bits, because engines take these pictures as textures of eight.
 *
 * @throws {ValueError} for anything but a lattice.
 */
function lutToTiles(lut: Lut): LutPicture {
  const { shaper, cube } = requireTables("a LUT strip", lut);
  if (cube === undefined || shaper !== undefined) {
    throw new ValueError({ where: "a LUT strip", expected: "a lattice alone", received: "curves" });
  }
  const { size, table } = cube;
  const across = size === SQUARE ? Math.sqrt(SQUARE) : size;
  const width = across * size;
  const pixels = new Uint8Array(table.length);
  for (let row = 0; row < size ** 3; row++) {
    const [red, green, blue] = [row % size, Math.floor(row / size) % size, Math.floor(row / size ** 2)];
    const x = (blue % across) * size + red;
    const y = Math.floor(blue / across) * size + green;
    for (const channel of [0, 1, 2]) {
      pixels[3 * (y * width + x) + channel] = toCode(table[3 * row + channel] as number);
    }
  }
  return { pixels, width, height: (size / across) * size };
}

function toCode(value: number): number {
  return Math.min(Math.max(Math.round(255 * value), 0), 255);
}
