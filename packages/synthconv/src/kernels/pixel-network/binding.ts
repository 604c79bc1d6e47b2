/** The WebAssembly side of a pixel network: what kernel.ts covers, how its memory is laid out, the tile loop. */
import type { FloatArray } from "../../core/index.js";
import { DEFAULT_NEGATIVE_SLOPE } from "../activations.js";
import { noteChoice } from "../choices.js";
import { kernelLoader } from "../instantiate.js";
import { kernelFloats, layOut } from "../memory.js";
import { bytesOfGroups, copyPlanesIn, copyPlanesOut } from "../planes.js";
import type { PixelRange } from "../threads/slices.js";
import { bringAhead, stepOf, streamsOf } from "./fetch-ahead.js";
import { wasmBase64 as plain } from "./generated/plain.js";
import { wasmBase64 as relaxed } from "./generated/relaxed.js";
import {
  DEFAULT_EPSILON,
  type LayerGradients,
  type PixelLayer,
  type PixelNetwork,
  type PixelNetworkBackward,
  type PixelNetworkForward,
  type PixelNetworkLoss,
  pixelLossNames,
} from "./network.js";

/** The exports of kernel.ts; pointers are byte offsets, `bytes` and `plane` are bytes of one plane. */
interface Kernel {
  forward(
    ...args: [
      ...[leaky: number, image: number, output: number, plane: number, bytes: number],
      ...[weights: number, hiddenUnits: number, residual: number],
    ]
  ): void;
  train(
    ...args: [
      ...[leaky: number, image: number, target: number, pixelWeight: number, pixels: number],
      ...[weights: number, hiddenUnits: number, residual: number],
      ...[kind: number, epsilonSquared: number, gradients: number, sums: number, scratch: number],
    ]
  ): void;
  backward(
    ...args: [
      ...[leaky: number, image: number, upstream: number, bytes: number],
      ...[weights: number, hiddenUnits: number, residual: number],
      ...[imageGradient: number, sums: number, scratch: number],
    ]
  ): void;
}

const loadKernel: () => Kernel | undefined = kernelLoader<Kernel>({ plain, relaxed });

const CHANNELS = 3;
const MOST_HIDDEN_UNITS = 256;
const WEIGHT_BLOCK = 8;
const SUM_BLOCK = 32;
const LANES = 4;

// Pixels that are in kernel memory at a time, and the boundary at which sums go to float64 (README.md).
const CHUNK = 8192;
// From plane to plane of a chunk, a cache line more (kernel.ts holds the same).
const PLANE: number = CHUNK + 16;

// Pixels of a tile of the loss and of the backward pass (kernel.ts holds the same).
const TILE = 64;

const regions = layOut({
  weights: MOST_HIDDEN_UNITS * WEIGHT_BLOCK + LANES,
  sums: MOST_HIDDEN_UNITS * SUM_BLOCK + LANES * LANES,
  scratch: (MOST_HIDDEN_UNITS + CHANNELS) * TILE,
  image: CHANNELS * PLANE,
  /** Output, target or upstream gradient. */
  second: CHANNELS * PLANE,
  /** Gradient of the image, or one plane of pixel weights. */
  third: CHANNELS * PLANE,
});
const PLANE_BYTES = PLANE * Float32Array.BYTES_PER_ELEMENT;

/** The first byte of kernel memory after the regions of this kernel. */
export const NETWORK_MEMORY_END: number = regions.end;

/** A network that the kernel covers, its weights in kernel memory; it holds until the next kernel call. */
export interface PreparedNetwork {
  readonly kernel: Kernel;
  readonly memory: Float32Array;
  readonly layers: readonly [PixelLayer, PixelLayer];
  readonly leaky: number;
  readonly hiddenUnits: number;
  readonly residual: number;
}

/**
 * Copies the weights into kernel memory; undefined where the reference has to run: no WebAssembly, another
 * shape than 3 -> K -> 3 with K up to 256 and relu, leakyRelu (slope 0 to 1) or none between, an array that
 * is not float32, a weight that is not finite (the pixels that fill up the last 8 could then become NaN).
 */
export function prepare(
  network: PixelNetwork,
  arrays: readonly (FloatArray | undefined)[],
): PreparedNetwork | undefined {
  const [hidden, last] = network.layers;
  if (hidden === undefined || last === undefined || network.layers.length !== 2) return undefined;
  if (hidden.inputs !== CHANNELS || last.outputs !== CHANNELS || hidden.outputs > MOST_HIDDEN_UNITS) {
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

export function forwardKernel(
  prepared: PreparedNetwork,
  { image, pixels, output }: PixelNetworkForward,
  range: PixelRange,
): void {
  const { memory } = prepared;
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
      forwardPlanes(prepared, start.image + offset, start.second + offset, PLANE_BYTES, end - done);
    }
    copyPlanesOut(memory, start.second, PLANE_BYTES, output, CHANNELS, pixels, first, count);
  }
}

function noteChunks({ first, end }: PixelRange): void {
  noteChoice("fused kernel", end - first > CHUNK ? "several chunks" : "one chunk");
}

/** Forward on planes in kernel memory, up to the next multiple of 8 pixels; pointers are byte offsets. */
export function forwardPlanes(
  { kernel, leaky, hiddenUnits, residual }: PreparedNetwork,
  image: number,
  output: number,
  planeBytes: number,
  pixels: number,
): void {
  const { weights } = regions.start;
  kernel.forward(leaky, image, output, planeBytes, bytesOfGroups(pixels), weights, hiddenUnits, residual);
}

export function backwardKernel(
  prepared: PreparedNetwork,
  call: PixelNetworkBackward,
  range: PixelRange,
): void {
  const { kernel, memory, leaky, hiddenUnits, residual } = prepared;
  const { image, pixels, upstream, imageGradient, layerGradients } = call;
  const { start } = regions;
  const third = imageGradient === undefined ? 0 : start.third;
  const streams = streamsOf(pixels, image, upstream, imageGradient);
  noteChunks(range);
  for (let first = range.first; first < range.end; first += CHUNK) {
    const count = Math.min(CHUNK, range.end - first);
    copyPlanesIn(memory, start.image, PLANE_BYTES, image, CHANNELS, pixels, first, count);
    copyPlanesIn(memory, start.second, PLANE_BYTES, upstream, CHANNELS, pixels, first, count);
    clearSums(prepared);
    const step = stepOf(streams, count);
    for (let done = 0; done < count; done += step) {
      const end = Math.min(done + step, count);
      if (streams) bringAhead(streams, first + done, first + end, first + count + done, range.end);
      const offset = done * Float32Array.BYTES_PER_ELEMENT;
      const x = start.image + offset;
      const d = start.second + offset;
      const gradient = third === 0 ? 0 : third + offset;
      const { weights, sums, scratch } = start;
      // Spread arguments would take as long as the kernel.
      // biome-ignore format: as kernel.ts has them
      kernel.backward(
        leaky, x, d, bytesOfGroups(end - done), weights, hiddenUnits, residual, gradient, sums, scratch,
      );
    }
    if (imageGradient !== undefined)
      copyPlanesOut(memory, third, PLANE_BYTES, imageGradient, CHANNELS, pixels, first, count);
    if (layerGradients !== undefined) foldGradients(prepared, layerGradients);
  }
}

/** @returns the sum of the losses of all entries of the range. */
export function lossKernel(prepared: PreparedNetwork, call: PixelNetworkLoss, range: PixelRange): number {
  const { kernel, memory, leaky, hiddenUnits, residual } = prepared;
  const { image, pixels, target, pixelWeight, layerGradients } = call;
  const { start } = regions;
  const epsilonSquared = (call.epsilon ?? DEFAULT_EPSILON) ** 2;
  const gradients = layerGradients === undefined ? 0 : 1;
  const lossNumber = pixelLossNames.indexOf(call.loss);
  const third = pixelWeight === undefined ? 0 : start.third;
  const streams = streamsOf(pixels, image, target);
  const lossTail = tailOfSums(prepared) + CHANNELS * LANES;
  let sum = 0;
  noteChunks(range);
  for (let first = range.first; first < range.end; first += CHUNK) {
    const count = Math.min(CHUNK, range.end - first);
    copyPlanesIn(memory, start.image, PLANE_BYTES, image, CHANNELS, pixels, first, count);
    copyPlanesIn(memory, start.second, PLANE_BYTES, target, CHANNELS, pixels, first, count);
    if (pixelWeight !== undefined)
      copyPlanesIn(memory, third, PLANE_BYTES, pixelWeight, 1, pixels, first, count);
    clearSums(prepared);
    const step = stepOf(streams, count);
    for (let done = 0; done < count; done += step) {
      const end = Math.min(done + step, count);
      if (streams) bringAhead(streams, first + done, first + end, first + count + done, range.end);
      const offset = done * Float32Array.BYTES_PER_ELEMENT;
      const x = start.image + offset;
      const t = start.second + offset;
      const weight = third === 0 ? 0 : third + offset;
      const { weights, sums, scratch } = start;
      // biome-ignore format: as kernel.ts has them
      kernel.train(
        leaky, x, t, weight, end - done, weights, hiddenUnits, residual, lossNumber, epsilonSquared, gradients,
        sums, scratch,
      );
    }
    sum += sumLanes(memory, lossTail);
    if (layerGradients !== undefined) foldGradients(prepared, layerGradients);
  }
  return sum;
}

function tailOfSums({ layers: [hidden] }: PreparedNetwork): number {
  return regions.start.sums / Float32Array.BYTES_PER_ELEMENT + hidden.outputs * SUM_BLOCK;
}

function clearSums(prepared: PreparedNetwork): void {
  const start = regions.start.sums / Float32Array.BYTES_PER_ELEMENT;
  prepared.memory.fill(0, start, tailOfSums(prepared) + LANES * LANES);
}

/** Adds the float32 sums of a chunk to the float64 gradients. */
function foldGradients(prepared: PreparedNetwork, gradients: readonly LayerGradients[]): void {
  const { memory, layers } = prepared;
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
