/** Which networks the layer stack covers, and where their weights and sums lie in kernel memory. */
import type { FloatArray } from "../../core/index.js";
import { DEFAULT_NEGATIVE_SLOPE } from "../activations.js";
import { noteChoice } from "../choices.js";
import { kernelFloats, layOut } from "../memory.js";
import type { LayerGradients, PixelLayer, PixelNetwork } from "../pixel-network/network.js";
import { SLICE_GRAIN } from "../threads/slices.js";

const FLOAT_BYTES: number = Float32Array.BYTES_PER_ELEMENT;
const DOUBLE_BYTES: number = Float64Array.BYTES_PER_ELEMENT;

// With the widest layers: 8 MB of weights and sums.
const MOST_LAYERS = 8;
const MOST_CHANNELS = 256;

// A record of the table of layers in kernel.ts.
const LAYER_NUMBERS = 10;

// The values of `activation` in product.kernel.ts.
const KERNEL_ACTIVATIONS = { none: 0, relu: 1, leakyRelu: 2 } as const;

// Results of layers that are kept for a tile, in numbers, and the pixels of a tile (README.md).
const TILE_NUMBERS = 6144;
const TILE_LIMITS = [64, 512] as const;

// Numbers of the image's and the output's planes that are in kernel memory at a time (README.md).
const CHUNK_NUMBERS = 98304;

// Numbers from the end of a plane to the next: planes whose distance is a power of two share the lines of a cache.
const PLANE_GAP = 16;

// Float32 ends at 3.4e38; sums of at most 256 numbers round by less than the rest.
const LARGEST_BOUND = 3e38;

/** What a call needs: forward alone keeps the results of two layers at a time and has no sums. */
export type Pass = "forward" | "gradients";

/** A network whose weights are in kernel memory; it holds until the next kernel call. Places are byte offsets. */
export interface StoredNetwork {
  readonly memory: Float32Array;
  readonly network: PixelNetwork;
  /** The first arguments of every export of kernel.ts. */
  readonly arguments: readonly [layers: number, last: number, residual: number, tileBytes: number];
  readonly start: Readonly<Record<RegionName, number>>;
  /** The first byte after what the network itself needs. */
  readonly networkEnd: number;
  /** Pixels of a tile and of a chunk, and bytes from plane to plane. */
  readonly tile: number;
  readonly chunk: number;
  readonly planeBytes: number;
}

type RegionName =
  | "table"
  | "weights"
  | "transposed"
  | "biases"
  | "rows"
  | "weightSums"
  | "biasSums"
  | "losses"
  | "output"
  | "image"
  | "second"
  | "third";

/**
 * Copies a network into kernel memory; undefined where the reference has to run: more than 8 layers, a layer of more
 * than 256 channels, an activation other than relu, leakyRelu (slope 0 to 1) or none, an array that is not float32,
 * a weight that is not finite or so large that a pixel of zeros could overflow: zeros fill up the last 8 pixels, and
 * infinity times their gradient of 0 would be NaN.
 */
export function storeNetwork(
  network: PixelNetwork,
  arrays: readonly (FloatArray | undefined)[],
  pass: Pass,
): StoredNetwork | undefined {
  const { layers, residual } = network;
  const obstacle = obstacleOf(layers, arrays);
  if (obstacle !== undefined) {
    noteChoice("layer stack", obstacle);
    return undefined;
  }
  const tile = tilePixels(layers, pass);
  const chunk = chunkPixels(layers);
  const { start, end } = layOut(regionLengths(layers, pass, tile, chunk));
  const memory = kernelFloats(end);
  writeLayers(memory, start, layers, pass, tile);
  const last = start.table + (layers.length - 1) * LAYER_NUMBERS * FLOAT_BYTES;
  return {
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

/** Why the reference has to run. */
function obstacleOf(
  layers: readonly PixelLayer[],
  arrays: readonly (FloatArray | undefined)[],
): string | undefined {
  if (layers.length > MOST_LAYERS) return "refuses so many layers";
  if (!layers.every(isCovered)) return "refuses a layer";
  if (!zerosStayFinite(layers)) return "refuses weights that may overflow";
  const areFloats = arrays.every((data) => data === undefined || data instanceof Float32Array);
  return areFloats ? undefined : "refuses float64 planes";
}

function isCovered(layer: PixelLayer): boolean {
  const { inputs, outputs, weight, bias, activation, negativeSlope = DEFAULT_NEGATIVE_SLOPE } = layer;
  if (inputs > MOST_CHANNELS || outputs > MOST_CHANNELS) return false;
  if (!(activation in KERNEL_ACTIVATIONS)) return false;
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
    if (!(bound <= LARGEST_BOUND)) return false;
  }
  return true;
}

function tilePixels(layers: readonly PixelLayer[], pass: Pass): number {
  const widths = layers.map(({ outputs }) => outputs);
  const kept = pass === "forward" ? 2 * Math.max(...widths) : widths.reduce((sum, width) => sum + width, 0);
  const [least, most] = TILE_LIMITS;
  return Math.min(Math.max(Math.floor(TILE_NUMBERS / kept / 8) * 8, least), most);
}

/** A power of two from 64 to 8192, so that a slice is a whole number of chunks. */
function chunkPixels(layers: readonly PixelLayer[]): number {
  const planes = (layers[0] as PixelLayer).inputs + (layers.at(-1) as PixelLayer).outputs;
  return Math.min(SLICE_GRAIN, 2 ** Math.floor(Math.log2(CHUNK_NUMBERS / planes)));
}

function regionLengths(
  layers: readonly PixelLayer[],
  pass: Pass,
  tile: number,
  chunk: number,
): Record<RegionName, number> {
  const total = (numbersOf: (layer: PixelLayer) => number): number =>
    layers.reduce((sum, layer) => sum + numbersOf(layer), 0);
  const weights = total(({ inputs, outputs }) => inputs * outputs);
  const channels = total(({ outputs }) => outputs);
  const widest = Math.max(...layers.map(({ outputs }) => outputs));
  const outputs = (layers.at(-1) as PixelLayer).outputs;
  const planes = Math.max((layers[0] as PixelLayer).inputs, outputs);
  const gradients = pass === "gradients" ? 1 : 0;
  const plane = chunk + PLANE_GAP;
  return {
    table: layers.length * LAYER_NUMBERS,
    weights,
    transposed: gradients * weights,
    biases: channels,
    rows: tile * (gradients === 1 ? channels : 2 * widest),
    weightSums: gradients * 2 * total((layer) => sumsLayout(layer).length),
    biasSums: gradients * 2 * 4 * channels,
    losses: 2 * 4,
    output: gradients * tile * outputs,
    image: planes * plane,
    second: planes * plane,
    third: gradients * planes * plane,
  };
}

/**
 * The sums of a layer's weights: rows in blocks of 4, the last one filled up, for every column those of 4 rows. Rows
 * are outputs, or inputs where there are fewer than 4 outputs (kernel.ts). The steps are those of the weights.
 */
function sumsLayout({ inputs, outputs }: PixelLayer): {
  readonly rows: number;
  readonly columns: number;
  readonly rowStep: number;
  readonly columnStep: number;
  readonly length: number;
} {
  const length = (rows: number, columns: number): number => Math.ceil(rows / 4) * 4 * columns;
  noteChoice("layer stack", outputs < 4 ? "sums by inputs" : "sums by outputs");
  return outputs < 4
    ? { rows: inputs, columns: outputs, rowStep: 1, columnStep: inputs, length: length(inputs, outputs) }
    : { rows: outputs, columns: inputs, rowStep: inputs, columnStep: 1, length: length(outputs, inputs) };
}

function writeLayers(
  memory: Float32Array,
  start: StoredNetwork["start"],
  layers: readonly PixelLayer[],
  pass: Pass,
  tile: number,
): void {
  const words = new Int32Array(memory.buffer);
  const next = { ...start };
  const widest = Math.max(...layers.map(({ outputs }) => outputs));
  let record = start.table / FLOAT_BYTES;
  layers.forEach((layer, index) => {
    const { inputs, outputs, weight, bias, activation, negativeSlope = DEFAULT_NEGATIVE_SLOPE } = layer;
    const rows = pass === "gradients" ? next.rows : start.rows + (index % 2) * widest * tile * FLOAT_BYTES;
    const places = [next.weights, next.transposed, bias === undefined ? 0 : next.biases];
    words.set([inputs, outputs, KERNEL_ACTIVATIONS[activation as keyof typeof KERNEL_ACTIVATIONS]], record);
    memory[record + 3] = negativeSlope;
    words.set([...places, next.weightSums, next.biasSums, rows], record + 4);
    packBlocks(memory, next.weights, weight as Float32Array, outputs, inputs, inputs, 1);
    if (pass === "gradients") {
      packBlocks(memory, next.transposed, weight as Float32Array, inputs, outputs, 1, inputs);
    }
    if (bias !== undefined) memory.set(bias, next.biases / FLOAT_BYTES);
    next.weights += inputs * outputs * FLOAT_BYTES;
    next.transposed += inputs * outputs * FLOAT_BYTES;
    next.biases += outputs * FLOAT_BYTES;
    next.rows += outputs * tile * FLOAT_BYTES;
    next.weightSums += sumsLayout(layer).length * DOUBLE_BYTES;
    next.biasSums += 4 * outputs * DOUBLE_BYTES;
    record += LAYER_NUMBERS;
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

/** The sums of the layers and the losses follow each other. */
export function clearSums({ memory, start }: StoredNetwork): void {
  memory.fill(0, start.weightSums / FLOAT_BYTES, start.output / FLOAT_BYTES);
}

/** Adds the sums of a range of pixels to the gradients. */
export function addGradients(
  { memory, start, network }: StoredNetwork,
  gradients: readonly LayerGradients[],
): void {
  const sums = new Float64Array(memory.buffer);
  let weightSums = start.weightSums / DOUBLE_BYTES;
  let biasSums = start.biasSums / DOUBLE_BYTES;
  network.layers.forEach((layer, index) => {
    const { weight, bias } = gradients[index] as LayerGradients;
    const { rows, columns, rowStep, columnStep, length } = sumsLayout(layer);
    for (let row = 0; row < rows; row++) {
      const first = weightSums + (row >> 2) * 4 * columns + (row & 3);
      for (let column = 0; column < columns; column++) {
        const entry = row * rowStep + column * columnStep;
        weight[entry] = (weight[entry] as number) + (sums[first + 4 * column] as number);
      }
    }
    bias?.forEach((sum, output) => {
      bias[output] = sum + sumOfFour(sums, biasSums + 4 * output);
    });
    weightSums += length;
    biasSums += 4 * layer.outputs;
  });
}

/** The sum of the losses of a range of pixels. */
export function sumOfLosses({ memory, start }: StoredNetwork): number {
  return sumOfFour(new Float64Array(memory.buffer), start.losses / DOUBLE_BYTES);
}

function sumOfFour(sums: Float64Array, first: number): number {
  let sum = 0;
  for (let entry = first; entry < first + 4; entry++) sum += sums[entry] as number;
  return sum;
}
