/** The way that a correlation takes: Winograd's where it is faster, the direct one elsewhere. */
import { type Correlator, correlator, type WeightCorrelator, weightCorrelator } from "./correlate.js";
import type { Correlation } from "./correlation.js";
import { winogradCorrelator } from "./winograd.js";
import { SIDE } from "./winograd-blocks.js";
import { winogradWeightCorrelator } from "./winograd-gradient.js";

// README.md, constants.
const LEAST_FILLED = 1 / 3;
const LEAST_CHANNELS = 3.2;
const MOST_CHANNELS = 1024;

/** It holds until another kernel is called on this thread. */
export function correlatorFor(correlation: Correlation, channels: number, outputs: number): Correlator {
  const make = winogradPays(correlation, channels) ? winogradCorrelator : correlator;
  return make(correlation, channels, outputs);
}

/** It holds until another kernel is called on this thread. */
export function weightCorrelatorFor(
  correlation: Correlation,
  channels: number,
  outputs: number,
): WeightCorrelator {
  const make = winogradPays(correlation, channels) ? winogradWeightCorrelator : weightCorrelator;
  return make(correlation, channels, outputs);
}

/** True for 3x3 weights without stride and dilation, where enough of the work is for results that there are. */
export function winogradPays({ planes, taps, halo, size }: Correlation, channels: number): boolean {
  const [height, width] = size;
  const isFit = planes.length === 1 && taps.length === SIDE * SIDE && halo.every((side) => side === SIDE - 1);
  if (!isFit || channels > MOST_CHANNELS) return false;
  const filled = (height / (2 * Math.ceil(height / 2))) * (width / (8 * Math.ceil(width / 8)));
  return filled >= LEAST_FILLED && filled * channels >= LEAST_CHANNELS;
}
