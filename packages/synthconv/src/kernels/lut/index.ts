/** Lookup tables over whole images. */
import { checkIsLut, type Lut } from "../../colour/index.js";
import { checkCall } from "./checks.js";
import { prepare } from "./implementations.js";
import type { ApplyLutOptions, LutPixels } from "./types.js";

export type { ApplyLutOptions, LutPixels } from "./types.js";

/**
 * Maps pixels through a lookup table: curves first, then the lattice. Colours outside a table's domain are clamped
 * to it, channel by channel; a table that is the identity to the six decimals of a .cube file changes nothing else.
 * Whole numbers are clamped and rounded to the nearest, floats are left as they come; a pixel with NaN in any
 * channel becomes NaN where a lattice mixes its channels, and no other pixel does.
 *
 * Working memory: the lattice up to 129 nodes an axis (26 MB, kept), and half a megabyte.
 *
 * @returns `options.output`, or a new array of the kind and length of `pixels`.
 * @throws {ShapeError} when the pixels are no whole number of pixels, or the output is of another length.
 * @throws {ValueError} for arrays of another kind, detached or overlapping, and for unknown options.
 * @throws {ValueError | ShapeError | NonFiniteError} when a table is not sound, see `checkLut`.
 */
export function applyLut<Pixels extends LutPixels>(
  lut: Lut,
  pixels: Pixels,
  options: ApplyLutOptions<Pixels> = {},
): Pixels {
  checkIsLut("applyLut", lut);
  const call = checkCall("applyLut", pixels, options);
  prepare(lut, call)(0, call.count);
  return call.target as Pixels;
}
