/** Pixel networks straight on the pixels of image files. */
import { parallel, threadsPay } from "../threads/index.js";
import { type PixelRange, sliceCount } from "../threads/slices.js";
import { type ApplyPixelNetwork, type CheckedCall, checkCall } from "./pixels.js";
import { applyPixelNetworkTask } from "./task.js";

export {
  type ApplyPixelNetwork,
  countPixels,
  type PixelData,
  type PixelDither,
  type PixelRun,
} from "./pixels.js";
export { blendPlanes, readPlanes, writePlanes } from "./reference.js";

/**
 * Applies a network to interleaved pixels, in place. Whole numbers become value / 255 (or 65535) in float32, and
 * the results are rounded to the nearest and clamped to their range: NaN becomes 0. Floats go in and out as they
 * are, also outside 0 to 1. A pixel's result depends on nothing but the pixel, and with `dither` on its place:
 * ranges can be worked on in any order. Threads share large calls whose pixels lie in shared memory.
 *
 * `dither` (8 bits) rounds up where the fraction reaches a threshold that goes by the pixel's column and row
 * (Bayer, 8 x 8), the same in all channels: the mean of an even area keeps its fraction to 1/128 of a step, whole
 * steps stay what they are, and greys stay grey.
 *
 * @throws {ShapeError} when the data is not a whole number of pixels, or the network does not go from 3 channels to 3.
 * @throws {ValueError} for a number out of its range, a dither of other than 8 bits, or a detached buffer.
 */
export function applyPixelNetwork(call: ApplyPixelNetwork): void {
  const checked = checkCall("applyPixelNetwork", call);
  if (checked.share === 0 || checked.first === checked.end) return;
  const slices = sliceCount(checked.end - checked.first);
  if (threadsPay({ slices, operations: operationsOf(checked), arrays: [checked.pixels] })) {
    parallel("applyPixelNetwork", checked, slices);
  } else {
    const run = applyPixelNetworkTask(checked);
    for (let slice = 0; slice < slices; slice++) run(slice);
  }
}

function operationsOf({ network, first, end }: CheckedCall & PixelRange): number {
  const multiplyAdds = network.layers.reduce((sum, { inputs, outputs }) => sum + inputs * outputs, 0);
  return 2 * multiplyAdds * (end - first);
}
