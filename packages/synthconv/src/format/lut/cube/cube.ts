import { bodyMatches } from "../beginning.js";
import { sizesUpTo } from "../lattice-sizes.js";
import type { LutFileFormat } from "../lut-format.js";
import { MAX_SIZE_1D, MAX_SIZE_3D } from "./header.js";
import { readCube } from "./reader.js";
import { writeCube } from "./writer.js";

export const cubeFormat: LutFileFormat = {
  source: "bytes",
  name: "cube",
  title: ".cube",
  extensions: ["cube"],
  summary: "Adobe's (IRIDAS) and Resolve's: curves, a lattice, or curves before a lattice",
  ffmpegFilter: "lut3d",
  recognize: bodyMatches(/^(TITLE|BMD_TITLE|LUT_[13]D_|DOMAIN_M|LUT_(IN|OUT)_)/i),
  read: readCube,
  write: {
    // Cameras and phones take 33 and no other size.
    lattice: sizesUpTo(MAX_SIZE_3D, 33),
    curves: sizesUpTo(MAX_SIZE_1D, 1024),
    shaper: "even",
    domain: "any",
    encode: writeCube,
  },
};
