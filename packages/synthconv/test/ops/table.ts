/**
 * Every exported operation with calls that work and calls that are refused. `table.test.ts` walks it; an
 * operation that is missing here fails the type check and the suite.
 */
import { CONVOLUTION } from "./table-conv2d.js";
import { ELEMENTWISE } from "./table-elementwise.js";
import { LAYERS } from "./table-layers.js";
import { MOVES } from "./table-moves.js";
import { NORMALIZATIONS } from "./table-normalization.js";
import { PIXEL_NETWORKS } from "./table-pixel-network.js";
import { RESAMPLING } from "./table-resampling.js";
import { SHAPES } from "./table-shapes.js";
import type { Table } from "./table-types.js";

export const TABLE: Table = {
  ...ELEMENTWISE,
  ...SHAPES,
  ...MOVES,
  ...LAYERS,
  ...CONVOLUTION,
  ...PIXEL_NETWORKS,
  ...RESAMPLING,
  ...NORMALIZATIONS,
};
