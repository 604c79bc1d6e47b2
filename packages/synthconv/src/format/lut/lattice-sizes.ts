import type { LutWriter } from "./lut-format.js";

/** The sizes of formats that hold a lattice of any size up to a largest one. */
export function sizesUpTo(largest: number): Pick<LutWriter<unknown>, "sizes" | "holds"> {
  return {
    sizes: `2 to ${largest}`,
    holds: (size) => Number.isInteger(size) && size >= 2 && size <= largest,
  };
}
