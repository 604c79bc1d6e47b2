import type { TableSizes } from "./lut-format.js";

/** The sizes of formats that hold tables of any size up to a largest one. */
export function sizesUpTo(largest: number, usualSize: number): TableSizes {
  return {
    usualSize,
    sizes: `2 to ${largest}`,
    holds: (size) => Number.isInteger(size) && size >= 2 && size <= largest,
  };
}
