/** The way that a correlation takes: Winograd's where it pays, the direct one elsewhere. */
import { type Correlator, correlator, type WeightCorrelator, weightCorrelator } from "./correlate.js";
import type { Correlation } from "./correlation.js";
import { winogradCorrelator } from "./winograd.js";
import { winogradWeightCorrelator } from "./winograd-gradient.js";

export function correlatorOf(correlation: Correlation, channels: number, outputs: number): Correlator {
  return winogradPays(correlation, channels, outputs)
    ? winogradCorrelator(correlation, channels, outputs)
    : correlator(correlation, channels, outputs);
}

export function weightCorrelatorOf(
  correlation: Correlation,
  channels: number,
  outputs: number,
): WeightCorrelator {
  return winogradPays(correlation, channels, outputs)
    ? winogradWeightCorrelator(correlation, channels, outputs)
    : weightCorrelator(correlation, channels, outputs);
}

/** True for 3x3 weights without stride and dilation, from as many channels and pixels on as it takes. */
function winogradPays({ planes, taps, halo, size }: Correlation, channels: number, outputs: number): boolean {
  if (planes.length !== 1 || taps.length !== 9 || halo[0] !== 2 || halo[1] !== 2) return false;
  if ((globalThis as { DIRECT?: boolean }).DIRECT) return false;
  return Math.min(channels, outputs) >= 1 && size[0] * size[1] >= 1;
}
