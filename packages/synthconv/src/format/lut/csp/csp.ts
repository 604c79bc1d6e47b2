import { bodyMatches } from "../beginning.js";
import { sizesUpTo } from "../lattice-sizes.js";
import type { LutFileFormat } from "../lut-format.js";
import { readCsp } from "./reader.js";
import { writeCsp } from "./writer.js";

export const cspFormat: LutFileFormat = {
  source: "bytes",
  name: "csp",
  title: ".csp",
  extensions: ["csp"],
  summary: "cineSpace's: curves, a lattice, or curves before a lattice, over any domain",
  recognize: bodyMatches(/^CSPLUTV100\b/i),
  read: readCsp,
  write: {
    lattice: sizesUpTo(129, 33),
    curves: sizesUpTo(65_536, 1024),
    shaper: "any",
    domain: "any",
    encode: writeCsp,
  },
};
