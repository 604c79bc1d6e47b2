/** The float32 sums that the kernel leaves of a chunk, and their way into float64. */
import type { LayerGradients } from "../network/types.js";
import { CHANNELS, LANES, regions, type StoredNetwork, SUM_BLOCK } from "./layout.js";

function tailOfSums({ layers: [hidden] }: StoredNetwork): number {
  return regions.start.sums / Float32Array.BYTES_PER_ELEMENT + hidden.outputs * SUM_BLOCK;
}

export function clearSums({ memory, hiddenUnits }: StoredNetwork): void {
  for (const region of [regions.start.partSums, regions.start.sums]) {
    const start = region / Float32Array.BYTES_PER_ELEMENT;
    memory.fill(0, start, start + hiddenUnits * SUM_BLOCK + LANES * LANES);
  }
}

/**
 * Brings the sums of the last part, which no kernel call saw the end of, to those of the chunk. A float32 sum of the 4
 * parts of a chunk rounds less than one of its 128 tiles.
 */
export function gatherRest({ kernel, hiddenUnits }: StoredNetwork): void {
  const { partSums, sums } = regions.start;
  const numbers = hiddenUnits * SUM_BLOCK + LANES * LANES;
  kernel.gatherSums(partSums, numbers * Float32Array.BYTES_PER_ELEMENT, sums);
}

/** Adds the float32 sums of a chunk to the float64 gradients. */
export function foldGradients(stored: StoredNetwork, gradients: readonly LayerGradients[]): void {
  const { memory, layers } = stored;
  const [hidden, last] = gradients as [LayerGradients, LayerGradients];
  const hiddenUnits = layers[0].outputs;
  let block = regions.start.sums / Float32Array.BYTES_PER_ELEMENT;
  for (let unit = 0; unit < hiddenUnits; unit++) {
    for (let channel = 0; channel < CHANNELS; channel++) {
      addLanes(hidden.weight, unit * CHANNELS + channel, memory, block + channel * LANES);
      addLanes(last.weight, channel * hiddenUnits + unit, memory, block + (4 + channel) * LANES);
    }
    if (hidden.bias !== undefined) addLanes(hidden.bias, unit, memory, block + 3 * LANES);
    block += SUM_BLOCK;
  }
  if (last.bias === undefined) return;
  for (let channel = 0; channel < CHANNELS; channel++) {
    addLanes(last.bias, channel, memory, block + channel * LANES);
  }
}

function addLanes(gradient: Float64Array, index: number, memory: Float32Array, lanes: number): void {
  gradient[index] = (gradient[index] as number) + sumLanes(memory, lanes);
}

function sumLanes(memory: Float32Array, lanes: number): number {
  let sum = 0;
  for (let lane = lanes; lane < lanes + LANES; lane++) sum += memory[lane] as number;
  return sum;
}

/** The loss of a chunk. */
export function lossOfChunk(stored: StoredNetwork): number {
  return sumLanes(stored.memory, tailOfSums(stored) + CHANNELS * LANES);
}
