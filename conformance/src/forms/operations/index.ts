/** The public operations, but for those that other forms draw: conv2d, and pixel networks in networks that train. */
import { entryByEntry } from "./entries.js";
import { normalizations } from "./normalizations.js";
import { resampling } from "./resampling.js";
import type { OperationRow } from "./row.js";
import { moving } from "./shapes.js";
import { sums } from "./sums.js";

export const operationRows: readonly OperationRow[] = [
  ...entryByEntry,
  ...moving,
  ...sums,
  ...resampling,
  ...normalizations,
];
