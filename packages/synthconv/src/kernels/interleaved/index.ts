/** Pixel networks straight on the pixels of image files. */
import { checkCall } from "./checks.js";
import { run } from "./run.js";
import type { ApplyPixelNetwork } from "./types.js";

export { checkDither, countPixels, PIXELS } from "./checks.js";
export { type ApplyToPlanes, applyPixelNetworkToPlanes, type PixelPlanes } from "./planar.js";
export { blendPlanes, readPlanes, writePlanes } from "./reference.js";
export type { ApplyPixelNetwork, PixelData, PixelDither, PixelRun } from "./types.js";

/**
 * Applies a network to interleaved pixels, in place. Whole numbers become value / 255 (or 65535) in float32, and
 * the results are rounded to the nearest and clamped to their range: NaN becomes 0. Floats go in and out as they
 * are, also outside 0 to 1. A pixel's result depends on nothing but the pixel, and with `dither` on its place:
 * ranges can be worked on in any order. Threads share large calls; pixels that do not lie in shared memory are copied there
 * and back, a strip at a time.
 *
 * `dither` (8 bits) rounds up where the fraction reaches a threshold that goes by the pixel's column and row
 * (Bayer, 8 x 8), the same in all channels: the mean of an even area keeps its fraction to 1/128 of a step, whole
 * steps stay what they are, and greys stay grey.
 *
 * @throws {ShapeError} when the data is not a whole number of pixels, or the network does not go from 3 channels to 3.
 * @throws {ValueError} for an entry that is unknown or of another kind, a dither of other than 8 bits, or a detached
 *   buffer.
 */
export function applyPixelNetwork(call: ApplyPixelNetwork): void {
  const checked = checkCall("applyPixelNetwork", call);
  if (checked.share !== 0 && checked.first !== checked.end) run(checked);
}
