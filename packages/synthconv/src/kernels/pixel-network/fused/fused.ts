/** The network of one hidden layer, 3 -> K -> 3, in one WebAssembly loop that never stores the hidden layer forward. */

import { DEFAULT_NEGATIVE_SLOPE } from "../../../core/activations.js";
import { noteChoice } from "../../../core/choices.js";
import type { FloatArray } from "../../../core/index.js";
import { codesOf, kernelLoader } from "../../base/backend.js";
import { bytesOfGroups, copyPlanesIn, copyPlanesOut, kernelFloats } from "../../base/memory.js";
import type { PixelRange } from "../../threads/parallel.js";
import type { PixelNetworkImplementation } from "../network/implementation.js";
import { DEFAULT_EPSILON } from "../network/losses.js";
import type {
  PixelLayer,
  PixelNetwork,
  PixelNetworkBackward,
  PixelNetworkForward,
  PixelNetworkLoss,
} from "../network/types.js";
import { bringAhead, stepOf, streamsOf } from "./fetch-ahead.js";
import * as constants from "./generated/constants.js";
import { wasmBase64 as plain } from "./generated/plain.js";
import { wasmBase64 as relaxed } from "./generated/relaxed.js";
import {
  CHANNELS,
  CHUNK,
  type Kernel,
  MAX_HIDDEN_UNITS,
  regions,
  type StoredNetwork,
  WEIGHT_BLOCK,
} from "./layout.js";
import { clearSums, foldGradients, gatherRest, lossOfChunk } from "./sums.js";

const { PLANE_BYTES } = constants;

const loadKernel: () => Kernel | undefined = kernelLoader<Kernel>({ plain, relaxed });
const lossCodes = codesOf(constants, "loss_");
const passes: ReadonlySet<string> = new Set(["forward", "backward", ...Object.keys(lossCodes)]);

/**
 * Covers 3 -> K -> 3 with K up to 256 and relu, leakyRelu (slope 0 to 1) or none between, in float32 arrays, with
 * weights that are finite (the pixels that fill up the last 8 could become NaN otherwise).
 */
export const fused: PixelNetworkImplementation = {
  name: "fused",
  prepare: (network, arrays, pass) => {
    const stored = passes.has(pass) ? storeNetwork(network, arrays) : undefined;
    return (
      stored && {
        forward: (call, range) => forward(stored, call, range),
        backward: (call, range) => backward(stored, call, range),
        loss: (call, range) => loss(stored, call, range),
        inMemory: {
          memoryEnd: regions.end,
          forward: (image, output, planeBytes, pixels) =>
            forwardPlanes(stored, image, output, planeBytes, pixels),
        },
      }
    );
  },
};

/** Copies the weights into kernel memory; undefined where the kernel does not cover the call. */
function storeNetwork(
  network: PixelNetwork,
  arrays: readonly (FloatArray | undefined)[],
): StoredNetwork | undefined {
  const [hidden, last] = network.layers;
  if (hidden === undefined || last === undefined || network.layers.length !== 2) return undefined;
  if (hidden.inputs !== CHANNELS || last.outputs !== CHANNELS || hidden.outputs > MAX_HIDDEN_UNITS) {
    noteChoice("fused kernel", "refuses other channels");
    return undefined;
  }
  const slope = slopeOf(hidden);
  if (slope === undefined || last.activation !== "none") {
    noteChoice("fused kernel", "refuses other activations");
    return undefined;
  }
  const parameters = [hidden.weight, hidden.bias, last.weight, last.bias];
  if (![...parameters, ...arrays].every((data) => data === undefined || data instanceof Float32Array)) {
    noteChoice("fused kernel", "refuses float64");
    return undefined;
  }
  const kernel = loadKernel();
  if (kernel === undefined) return undefined;
  const memory = kernelFloats(regions.end);
  if (!packWeights(memory, hidden, last, slope)) {
    noteChoice("fused kernel", "refuses weights that are not finite");
    return undefined;
  }
  return {
    kernel,
    memory,
    layers: [hidden, last],
    leaky: slope === 0 ? 0 : 1,
    hiddenUnits: hidden.outputs,
    residual: network.residual ? 1 : 0,
  };
}

/** The slope below zero that makes leakyRelu out of an activation; undefined where there is none in [0, 1]. */
function slopeOf({ activation, negativeSlope = DEFAULT_NEGATIVE_SLOPE }: PixelLayer): number | undefined {
  if (activation === "relu") return 0;
  if (activation === "none") return 1;
  return activation === "leakyRelu" && negativeSlope >= 0 && negativeSlope <= 1 ? negativeSlope : undefined;
}

/** @returns whether all weights and biases are finite. */
function packWeights(memory: Float32Array, hidden: PixelLayer, last: PixelLayer, slope: number): boolean {
  const first = regions.start.weights / Float32Array.BYTES_PER_ELEMENT;
  let block = first;
  for (let unit = 0; unit < hidden.outputs; unit++) {
    for (let channel = 0; channel < CHANNELS; channel++) {
      memory[block + channel] = hidden.weight[unit * CHANNELS + channel] as number;
      memory[block + 4 + channel] = last.weight[channel * hidden.outputs + unit] as number;
    }
    memory[block + 3] = hidden.bias?.[unit] ?? 0;
    memory[block + 7] = slope;
    block += WEIGHT_BLOCK;
  }
  for (let channel = 0; channel < CHANNELS; channel++) memory[block + channel] = last.bias?.[channel] ?? 0;
  // Finite float32 numbers cannot overflow a float64 sum; one that is not finite stays in it.
  let sum = 0;
  for (let index = first; index < block + CHANNELS; index++) sum += memory[index] as number;
  return Number.isFinite(sum);
}

function forward(
  stored: StoredNetwork,
  { image, pixels, output }: PixelNetworkForward,
  range: PixelRange,
): void {
  const { memory } = stored;
  const { start } = regions;
  const streams = streamsOf(pixels, image, undefined, output);
  noteChunks(range);
  for (let first = range.first; first < range.end; first += CHUNK) {
    const count = Math.min(CHUNK, range.end - first);
    copyPlanesIn(memory, start.image, PLANE_BYTES, image, CHANNELS, pixels, first, count);
    const step = stepOf(streams, count);
    for (let done = 0; done < count; done += step) {
      const end = Math.min(done + step, count);
      if (streams) bringAhead(streams, first + done, first + end, first + count + done, range.end);
      const offset = done * Float32Array.BYTES_PER_ELEMENT;
      forwardPlanes(stored, start.image + offset, start.second + offset, PLANE_BYTES, end - done);
    }
    copyPlanesOut(memory, start.second, PLANE_BYTES, output, CHANNELS, pixels, first, count);
  }
}

function noteChunks({ first, end }: PixelRange): void {
  noteChoice("fused kernel", end - first > CHUNK ? "several chunks" : "one chunk");
}

/** Forward on planes in kernel memory, up to the next multiple of 8 pixels; pointers are byte offsets. */
function forwardPlanes(
  { kernel, leaky, hiddenUnits, residual }: StoredNetwork,
  image: number,
  output: number,
  planeBytes: number,
  pixels: number,
): void {
  const { weights } = regions.start;
  kernel.forward(leaky, image, output, planeBytes, bytesOfGroups(pixels), weights, hiddenUnits, residual);
}

function backward(stored: StoredNetwork, call: PixelNetworkBackward, range: PixelRange): void {
  const { kernel, memory, leaky, hiddenUnits, residual } = stored;
  const { image, pixels, upstream, imageGradient, layerGradients } = call;
  const { start } = regions;
  const third = imageGradient === undefined ? 0 : start.third;
  const streams = streamsOf(pixels, image, upstream, imageGradient);
  noteChunks(range);
  for (let first = range.first; first < range.end; first += CHUNK) {
    const count = Math.min(CHUNK, range.end - first);
    copyPlanesIn(memory, start.image, PLANE_BYTES, image, CHANNELS, pixels, first, count);
    copyPlanesIn(memory, start.second, PLANE_BYTES, upstream, CHANNELS, pixels, first, count);
    clearSums(stored);
    const step = stepOf(streams, count);
    for (let done = 0; done < count; done += step) {
      const end = Math.min(done + step, count);
      if (streams) bringAhead(streams, first + done, first + end, first + count + done, range.end);
      const offset = done * Float32Array.BYTES_PER_ELEMENT;
      const x = start.image + offset;
      const d = start.second + offset;
      const gradient = third === 0 ? 0 : third + offset;
      const { weights, partSums, sums, scratch } = start;
      // Spread arguments would take as long as the kernel.
      // biome-ignore format: as kernel.ts has them
      kernel.backward(
        leaky, x, d, bytesOfGroups(end - done), weights, hiddenUnits, residual, gradient, partSums, scratch,
        offset, sums,
      );
    }
    gatherRest(stored);
    if (imageGradient !== undefined)
      copyPlanesOut(memory, third, PLANE_BYTES, imageGradient, CHANNELS, pixels, first, count);
    if (layerGradients !== undefined) foldGradients(stored, layerGradients);
  }
}

/** @returns the sum of the losses of all entries of the range. */
function loss(stored: StoredNetwork, call: PixelNetworkLoss, range: PixelRange): number {
  const { kernel, memory, leaky, hiddenUnits, residual } = stored;
  const { image, pixels, target, pixelWeight, layerGradients } = call;
  const { start } = regions;
  const epsilonSquared = (call.epsilon ?? DEFAULT_EPSILON) ** 2;
  const gradients = layerGradients === undefined ? 0 : 1;
  const lossNumber = lossCodes[call.loss] as number;
  const third = pixelWeight === undefined ? 0 : start.third;
  const streams = streamsOf(pixels, image, target);
  let sum = 0;
  noteChunks(range);
  for (let first = range.first; first < range.end; first += CHUNK) {
    const count = Math.min(CHUNK, range.end - first);
    copyPlanesIn(memory, start.image, PLANE_BYTES, image, CHANNELS, pixels, first, count);
    copyPlanesIn(memory, start.second, PLANE_BYTES, target, CHANNELS, pixels, first, count);
    if (pixelWeight !== undefined)
      copyPlanesIn(memory, third, PLANE_BYTES, pixelWeight, 1, pixels, first, count);
    clearSums(stored);
    const step = stepOf(streams, count);
    for (let done = 0; done < count; done += step) {
      const end = Math.min(done + step, count);
      if (streams) bringAhead(streams, first + done, first + end, first + count + done, range.end);
      const offset = done * Float32Array.BYTES_PER_ELEMENT;
      const x = start.image + offset;
      const t = start.second + offset;
      const weight = third === 0 ? 0 : third + offset;
      const { weights, partSums, sums, scratch } = start;
      // biome-ignore format: as kernel.ts has them
      kernel.loss(
        leaky, x, t, weight, end - done, weights, hiddenUnits, residual, lossNumber, epsilonSquared, gradients,
        partSums, scratch, offset, sums,
      );
    }
    gatherRest(stored);
    sum += lossOfChunk(stored);
    if (layerGradients !== undefined) foldGradients(stored, layerGradients);
  }
  return sum;
}
