import { isXmlWith } from "../beginning.js";
import { sizesUpTo } from "../lattice-sizes.js";
import type { LutFileFormat } from "../lut-format.js";
import { readClf } from "./reader.js";
import { writeClf } from "./writer.js";

export const clfFormat: LutFileFormat = {
  source: "bytes",
  name: "clf",
  title: ".clf",
  extensions: ["clf"],
  summary:
    "the Academy's Common LUT Format, 3 and before: tables, matrices, ranges, powers, logarithms, CDLs, in any order",
  recognize: isXmlWith("ProcessList"),
  read: readClf,
  write: {
    lattice: sizesUpTo(129, 33),
    curves: sizesUpTo(65_536, 1024),
    list: true,
    shaper: "any",
    domain: "any",
    encode: writeClf,
  },
};
