import type { Correlation } from "./correlation.js";
import type { Weights } from "./correlator.js";

/** Adds the products, one row for each channel and tap, to the weights' gradient. */
export function addWeights(
  floats: Float32Array,
  c: number,
  cStride: number,
  { taps }: Correlation,
  { data, start, outputStep, channelStep }: Weights,
  output: number,
  outputs: number,
  channel: number,
  channels: number,
): void {
  for (let o = 0; o < outputs; o++) {
    let from = c + o;
    for (let i = channel; i < channel + channels; i++) {
      const to = start + (output + o) * outputStep + i * channelStep;
      for (const { index } of taps) {
        data[to + index] = (data[to + index] as number) + (floats[from] as number);
        from += cStride;
      }
    }
  }
}
