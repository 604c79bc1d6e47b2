/** Every operation that can stand in a file, by its name: one row each, in a table by kind. */
import type { Rows } from "../step.js";
import { CONVOLUTIONS } from "./convolutions.js";
import { ENTRIES } from "./entries.js";
import { MOVES } from "./moves.js";
import { NORMALIZATIONS } from "./normalizations.js";
import { PIXEL_NETWORKS } from "./pixel-networks.js";
import { PRODUCTS } from "./products.js";
import { REDUCTIONS } from "./reductions.js";
import { SAMPLING } from "./sampling.js";

export const ROWS: Rows = {
  ...ENTRIES,
  ...REDUCTIONS,
  ...MOVES,
  ...PRODUCTS,
  ...CONVOLUTIONS,
  ...NORMALIZATIONS,
  ...SAMPLING,
  ...PIXEL_NETWORKS,
};
