/** Which networks the layer stack covers, and its weights on their way into kernel memory. */

import { DEFAULT_NEGATIVE_SLOPE } from "../../../core/activations.js";
import { noteChoice } from "../../../core/choices.js";
import { largest } from "../../../core/extremes.js";
import type { FloatArray } from "../../../core/index.js";
import { codesOf, kernelLoader } from "../../base/backend.js";
import { kernelFloats, layOut } from "../../base/memory.js";
import type { Pass } from "../network/implementation.js";
import type { PixelLayer, PixelNetwork } from "../network/types.js";
import * as constants from "./generated/constants.js";
import { wasmBase64 as plain } from "./generated/plain.js";
import { wasmBase64 as relaxed } from "./generated/relaxed.js";
import {
  chunkPixels,
  DOUBLE_BYTES,
  FLOAT_BYTES,
  type Kernel,
  type NetworkArguments,
  PLANE_GAP,
  type Regions,
  regionLengths,
  sumsLayout,
  tilePixels,
} from "./layout.js";

// With the widest layers: 8 MB of weights and sums.
const MAX_LAYERS = 8;
const MAX_CHANNELS = 256;

// Float32 ends at 3.4e38; sums of at most 256 numbers round by less than the rest.
const MAX_BOUND = 3e38;

const activationCodes = codesOf(constants, "activation_");
const loadKernel: () => Kernel | undefined = kernelLoader<Kernel>({ plain, relaxed });

/** A network whose weights are in kernel memory; it holds until the next kernel call. Places are byte offsets. */
export interface StoredNetwork {
  readonly kernel: Kernel;
  readonly memory: Float32Array;
  readonly network: PixelNetwork;
  /** The first arguments of every export of kernel.ts. */
  readonly arguments: NetworkArguments;
  readonly start: Regions;
  /** The first byte after what the network itself needs. */
  readonly networkEnd: number;
  /** Pixels of a tile and of a chunk, and bytes from plane to plane. */
  readonly tile: number;
  readonly chunk: number;
  readonly planeBytes: number;
}

/**
 * Copies a network into kernel memory; undefined where the reference has to run: more than 8 layers, a layer of more
 * than 256 channels, an activation that the kernel does not have or a slope outside 0 to 1, an array that is not float32,
 * a weight that is not finite or so large that a pixel of zeros could overflow: zeros fill up the last 8 pixels, and
 * infinity times their gradient of 0 would be NaN.
 */
export function storeNetwork(
  network: PixelNetwork,
  arrays: readonly (FloatArray | undefined)[],
  pass: Pass,
): StoredNetwork | undefined {
  const { layers, residual } = network;
  const kernel = loadKernel();
  if (kernel === undefined) return undefined;
  const obstacle = obstacleOf(layers, arrays);
  if (obstacle !== undefined) {
    noteChoice("layer stack", obstacle);
    return undefined;
  }
  if (layers.some(({ activation }) => activation === "tanh")) noteChoice("layer stack", "tanh");
  const tile = tilePixels(layers, pass);
  const chunk = chunkPixels(layers);
  const { start, end } = layOut(regionLengths(layers, pass, tile, chunk));
  const memory = kernelFloats(end);
  writeLayers(memory, start, layers, pass, tile);
  const last = start.table + (layers.length - 1) * constants.LAYER_BYTES;
  return {
    kernel,
    memory,
    network,
    arguments: [start.table, last, residual ? 1 : 0, tile * FLOAT_BYTES],
    start,
    networkEnd: start.image,
    tile,
    chunk,
    planeBytes: (chunk + PLANE_GAP) * FLOAT_BYTES,
  };
}

/** Why the stack does not cover a call. */
function obstacleOf(
  layers: readonly PixelLayer[],
  arrays: readonly (FloatArray | undefined)[],
): string | undefined {
  if (layers.length > MAX_LAYERS) return "refuses so many layers";
  if (!layers.every(isCovered)) return "refuses a layer";
  if (!zerosStayFinite(layers)) return "refuses weights that may overflow";
  const areFloats = arrays.every((data) => data === undefined || data instanceof Float32Array);
  return areFloats ? undefined : "refuses float64 planes";
}

function isCovered(layer: PixelLayer): boolean {
  const { inputs, outputs, weight, bias, activation, negativeSlope = DEFAULT_NEGATIVE_SLOPE } = layer;
  if (inputs > MAX_CHANNELS || outputs > MAX_CHANNELS) return false;
  if (!Object.hasOwn(activationCodes, activation)) return false;
  if (activation === "leakyRelu" && !(negativeSlope >= 0 && negativeSlope <= 1)) return false;
  return weight instanceof Float32Array && (bias === undefined || bias instanceof Float32Array);
}

/** Bounds what the layers make of a pixel of zeros; a number that is not finite anywhere makes the bound so, too. */
function zerosStayFinite(layers: readonly PixelLayer[]): boolean {
  let bound = 0;
  for (const { inputs, outputs, weight, bias } of layers) {
    let largest = 0;
    for (let output = 0; output < outputs; output++) {
      let sum = 0;
      const row = output * inputs;
      for (let entry = row; entry < row + inputs; entry++) sum += Math.abs(weight[entry] as number);
      largest = Math.max(largest, Math.abs(bias?.[output] ?? 0) + sum * bound);
    }
    bound = largest;
    if (!(bound <= MAX_BOUND)) return false;
  }
  return true;
}

function writeLayers(
  memory: Float32Array,
  start: Regions,
  layers: readonly PixelLayer[],
  pass: Pass,
  tile: number,
): void {
  const integers = new Int32Array(memory.buffer);
  const next = { ...start };
  const widest = largest(layers.map(({ outputs }) => outputs));
  let record = start.table;
  layers.forEach((layer, index) => {
    const { inputs, outputs, weight, bias, activation, negativeSlope = DEFAULT_NEGATIVE_SLOPE } = layer;
    const rows = pass !== "forward" ? next.rows : start.rows + (index % 2) * widest * tile * FLOAT_BYTES;
    const write = (offset: number, word: number): void => {
      integers[(record + offset) / FLOAT_BYTES] = word;
    };
    write(constants.INPUTS, inputs);
    write(constants.OUTPUTS, outputs);
    // A slope of 0 times infinity would be NaN.
    const isRelu = activation === "leakyRelu" && negativeSlope === 0;
    write(constants.ACTIVATION, activationCodes[isRelu ? "relu" : activation] as number);
    write(constants.WEIGHTS, next.weights);
    write(constants.TRANSPOSED, next.transposed);
    write(constants.BIASES, bias === undefined ? 0 : next.biases);
    write(constants.WEIGHT_SUMS, next.weightSums);
    write(constants.BIAS_SUMS, next.biasSums);
    write(constants.ROWS, rows);
    memory[(record + constants.SLOPE) / FLOAT_BYTES] = negativeSlope;
    packBlocks(memory, next.weights, weight as Float32Array, outputs, inputs, inputs, 1);
    if (pass !== "forward") {
      packBlocks(memory, next.transposed, weight as Float32Array, inputs, outputs, 1, inputs);
    }
    if (bias !== undefined) memory.set(bias, next.biases / FLOAT_BYTES);
    next.weights += inputs * outputs * FLOAT_BYTES;
    next.transposed += inputs * outputs * FLOAT_BYTES;
    next.biases += outputs * FLOAT_BYTES;
    next.rows += outputs * tile * FLOAT_BYTES;
    next.weightSums += sumsLayout(layer).length * DOUBLE_BYTES;
    next.biasSums += 4 * outputs * DOUBLE_BYTES;
    record += constants.LAYER_BYTES;
  });
}

/** Blocks of 4 rows of a matrix, the last of as many as are left: for every column the numbers of these rows. */
function packBlocks(
  memory: Float32Array,
  pointer: number,
  matrix: Float32Array,
  rows: number,
  columns: number,
  rowStep: number,
  columnStep: number,
): void {
  let to = pointer / FLOAT_BYTES;
  for (let block = 0; block < rows; block += 4) {
    const end = Math.min(block + 4, rows);
    for (let column = 0; column < columns; column++) {
      for (let row = block; row < end; row++) {
        memory[to++] = matrix[row * rowStep + column * columnStep] as number;
      }
    }
  }
}
