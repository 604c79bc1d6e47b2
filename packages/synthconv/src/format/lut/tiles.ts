/**
 * Strips and squares of tiles, as game engines and phone libraries lay a lattice out: in each tile red runs along x
 * and green down, and there is a tile for each blue, from left to right and then down. 256 x 16, 1024 x 32 and
 * 4096 x 64 are one row of tiles, 512 x 512 is 8 x 8 of them.
 */
import type { Lut } from "../../colour/index.js";
import { latticeOf, latticeSizeOf, ordersOf, tilesAcross } from "./lattice-picture.js";
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
};

function tilesToLut(picture: LutPicture, name: string): Lut {
  const size = latticeSizeOf(picture);
  if (size !== undefined && tilesAcross(picture, size) !== undefined) {
    return { stages: [latticeOf(picture, size, "tiles")] };
  }
  return refuse(
    name,
    "tiles of N x N pixels, N of them (256 x 16, 1024 x 32, 4096 x 64, 512 x 512, ...)",
    `${picture.width} x ${picture.height} pixels`,
    "LUT strips must not be scaled or cropped.",
  );
}
