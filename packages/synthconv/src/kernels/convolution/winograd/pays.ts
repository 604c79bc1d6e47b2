/** Where Winograd's way is faster than the direct one. */
import type { Correlation } from "../geometry/correlation.js";
import { SIDE } from "./blocks.js";

// README.md, constants.
const MIN_FILLED = 1 / 3;
const MIN_CHANNELS = 3.2;
const MAX_CHANNELS = 1024;

/** True for 3x3 weights without stride and dilation, where enough of the work is for results that there are. */
export function winogradPays(correlation: Correlation, channels: number): boolean {
  if (!isWinograds(correlation) || channels > MAX_CHANNELS) return false;
  const [height, width] = correlation.size;
  const filled = (height / (2 * Math.ceil(height / 2))) * (width / (8 * Math.ceil(width / 8)));
  return filled >= MIN_FILLED && filled * channels >= MIN_CHANNELS;
}

/**
 * Nine taps alone do not make 3x3 weights: a plane of a stride meets as many of a larger kernel, whose weights do not
 * follow each other and whose results lie a stride apart.
 */
function isWinograds({ planes, taps, halo, target }: Correlation): boolean {
  const isDense = [target, ...planes].every(({ step }) => step.every((side) => side === 1));
  const isWhole = taps.length === SIDE * SIDE && taps.every(({ index }, place) => index === place);
  return planes.length === 1 && isDense && isWhole && halo.every((side) => side === SIDE - 1);
}
