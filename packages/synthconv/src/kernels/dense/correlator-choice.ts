/** The way that a correlation takes: Winograd's where it is faster, the direct one elsewhere. */
import { noteChoice } from "../../core/choices.js";
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
export function correlatorFor(
  pass: "conv2d forward" | "conv2d image gradient",
  correlation: Correlation,
  channels: number,
  outputs: number,
): Correlator {
  const isWinograd = winogradPays(correlation, channels);
  noteChoice(pass, isWinograd ? "winograd" : "direct");
  const make = isWinograd ? winogradCorrelator : correlator;
  return make(correlation, channels, outputs);
}

/** It holds until another kernel is called on this thread. */
export function weightCorrelatorFor(
  correlation: Correlation,
  channels: number,
  outputs: number,
): WeightCorrelator {
  const isWinograd = winogradPays(correlation, channels);
  noteChoice("conv2d weight gradient", isWinograd ? "winograd" : "direct");
  const make = isWinograd ? winogradWeightCorrelator : weightCorrelator;
  return make(correlation, channels, outputs);
}

/** True for 3x3 weights without stride and dilation, where enough of the work is for results that there are. */
export function winogradPays(correlation: Correlation, channels: number): boolean {
  if (!isWinograds(correlation) || channels > MOST_CHANNELS) return false;
  const [height, width] = correlation.size;
  const filled = (height / (2 * Math.ceil(height / 2))) * (width / (8 * Math.ceil(width / 8)));
  return filled >= LEAST_FILLED && filled * channels >= LEAST_CHANNELS;
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
