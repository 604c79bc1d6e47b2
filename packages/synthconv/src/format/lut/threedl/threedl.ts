import { bodyMatches } from "../beginning.js";
import type { LutFileFormat } from "../lut-format.js";
import { read3dl } from "./reader.js";
import { write3dl } from "./writer.js";

export const threedlFormat: LutFileFormat = {
  source: "bytes",
  name: "3dl",
  title: ".3dl",
  extensions: ["3dl"],
  summary: "Lustre's and Flame's: a lattice in whole numbers, a curve before it",
  // It begins with a keyword, or with its row of inputs in whole numbers.
  recognize: bodyMatches(/^(3DMESH\b|\d+([ \t]+\d+){3,}[ \t]*[\r\n])/),
  read: read3dl,
  write: {
    lattice: {
      usualSize: 33,
      sizes: "5, 9, 17, 33, 65, 129",
      holds: (size) => size >= 5 && size <= 129 && Number.isInteger(Math.log2(size - 1)),
    },
    domain: "unit",
    levels: 65_535,
    encode: write3dl,
  },
};
