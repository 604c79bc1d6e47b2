/** The same numbers for everyone: images and networks from formulas that every language evaluates to the same bits. */
import type { LayerGradients, PixelLayer, PixelNetwork } from "./library.js";

/** Channels of the networks that are measured. */
export const NETWORKS: readonly (readonly number[])[] = [
  [3, 3, 3],
  [3, 16, 3],
  [3, 32, 3],
  [3, 64, 3],
  [3, 32, 32, 3],
];

/** 12 megapixels. */
export const WIDTH = 4000;
export const HEIGHT = 3000;

// 2^32 divided by the golden ratio: multiples of it spread evenly (Knuth, The Art of Computer Programming 3, 6.4).
const MULTIPLIER = 0x9e3779b1;

/** Entry i of the sequence `seed`: 24 bits, so that float32 holds it exactly; in [0, 1). */
export function pseudoRandom(index: number, seed: number): number {
  return (Math.imul(index + 1 + 7919 * seed, MULTIPLIER) >>> 8) / 0x1000000;
}

export function fillPseudoRandom<Data extends Float32Array | Float64Array>(data: Data, seed: number): Data {
  for (let i = 0; i < data.length; i++) data[i] = pseudoRandom(i, seed);
  return data;
}

/** Weights between -1/sqrt(I) and 1/sqrt(I), so that about half of the hidden units are active. */
export function pseudoWeights(length: number, inputs: number, seed: number): Float32Array<ArrayBuffer> {
  const weights = fillPseudoRandom(new Float32Array(length), seed);
  return weights.map((value) => (2 * value - 1) / Math.sqrt(inputs));
}

/** A pixel network with relu between its layers and biases in all of them. */
export function benchNetwork(channels: readonly number[]): PixelNetwork {
  const layers = channels.slice(1).map((outputs, index): PixelLayer => {
    const inputs = channels[index] as number;
    return {
      inputs,
      outputs,
      weight: pseudoWeights(outputs * inputs, inputs, 2 * index + 1),
      bias: pseudoWeights(outputs, inputs, 2 * index + 2),
      activation: index < channels.length - 2 ? "relu" : "none",
    };
  });
  return { layers, residual: false };
}

export function emptyGradients({ layers }: PixelNetwork): LayerGradients[] {
  return layers.map(({ weight, outputs }) => ({
    weight: new Float64Array(weight.length),
    bias: new Float64Array(outputs),
  }));
}
