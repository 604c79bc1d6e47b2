/**
 * Correlations of few channels to up to three outputs, tile by tile: the products of a depthwise convolution, whose rows of weights
 * would fill a quarter of what the kernel of products multiplies at a time.
 */
import { changeOf, readPlanes, tapOffset } from "../direct/cut.js";
import { writeGrid } from "../direct/grid.js";
import type { Correlation } from "../geometry/correlation.js";
import type { CorrelationImplementation, Correlator } from "../geometry/correlator.js";
import { correlate, correlateMemory } from "./memory.js";
import { depthwisePays, partsOf } from "./parts.js";
import { depthwiseWeightCorrelator } from "./weight-gradient.js";

/** Covers sums of up to 63 products for up to three outputs. */
export const depthwise: CorrelationImplementation = {
  name: "depthwise",
  prepare: ({ correlation, channels, outputs, onKernel }) =>
    onKernel && depthwisePays(correlation, channels, outputs)
      ? {
          correlator: () => depthwiseCorrelator(correlation, channels, outputs),
          weightCorrelator: () => depthwiseWeightCorrelator(correlation, channels, outputs),
        }
      : undefined,
};

/** It holds until another kernel is called on this thread. */
export function depthwiseCorrelator(correlation: Correlation, channels: number, outputs: number): Correlator {
  const { planes, taps, target: sampling } = correlation;
  const { tiles, most } = partsOf("depthwise", correlation, channels);
  const count = channels * taps.length;
  const memory = correlateMemory(channels * planes.length, count, most);
  const { floats } = memory;
  const [a, c] = [memory.index("a"), memory.index("c")];
  const isNewPatch = changeOf();

  const run: Correlator["run"] = (source, weights, bias, target, [first, end]) => {
    for (const tile of tiles.slice(first, end)) {
      readPlanes(memory, "b", correlation, tile, source, 0, channels);
      if (isNewPatch(tile.plane, tile.stride, count)) {
        memory.setOffsets("bTable", count, (k) => tapOffset(correlation, tile, k));
      }
      for (let output = 0; output < outputs; output++) {
        let at = a;
        for (let channel = 0; channel < channels; channel++) {
          const from = weights.start + output * weights.outputStep + channel * weights.channelStep;
          for (const { index } of taps) floats[at++] = weights.data[from + index] as number;
        }
        correlate(memory, count, bias?.(output) ?? 0, tile.length);
        const plane = target.start + output * sampling.image[0] * sampling.image[1];
        writeGrid(memory, sampling, tile, c, target.data, plane);
      }
    }
  };
  return { tiles: tiles.length, run };
}
