/** The kernel's functions, and where the numbers of a network lie in its memory. */

import { noteChoice } from "../../../core/choices.js";
import { largest } from "../../../core/extremes.js";
import { SLICE_GRAIN } from "../../threads/parallel.js";
import type { Pass } from "../network/implementation.js";
import type { PixelLayer } from "../network/types.js";
import { LAYER_BYTES } from "./generated/constants.js";

/** The first arguments of every function of the kernel. */
export type NetworkArguments = readonly [layers: number, last: number, residual: number, tileBytes: number];

/** The exports of assembly/kernel.ts; pointers are byte offsets, `bytes` and `plane` are bytes of one plane. */
export interface Kernel {
  forward(...args: [...NetworkArguments, image: number, output: number, plane: number, bytes: number]): void;
  loss(
    ...args: [
      ...NetworkArguments,
      ...[image: number, target: number, plane: number, pixels: number, pixelWeight: number],
      ...[kind: number, epsilonSquared: number, gradients: number, output: number, losses: number],
    ]
  ): void;
  backward(
    ...args: [
      ...NetworkArguments,
      ...[image: number, upstream: number, plane: number, bytes: number],
      ...[gradients: number, imageGradient: number, scratch: number],
    ]
  ): void;
}

export const FLOAT_BYTES: number = Float32Array.BYTES_PER_ELEMENT;
export const DOUBLE_BYTES: number = Float64Array.BYTES_PER_ELEMENT;

// Results of layers that are kept for a tile, in numbers, and the pixels of a tile (README.md).
const TILE_NUMBERS = 6144;
const TILE_LIMITS = [64, 512] as const;

// Numbers of the image's and the output's planes that are in kernel memory at a time (README.md).
const CHUNK_NUMBERS = 98304;

// Numbers from the end of a plane to the next: planes whose distance is a power of two share the lines of a cache.
export const PLANE_GAP = 16;

/** Byte offsets. */
export type Regions = Readonly<Record<RegionName, number>>;

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

export function tilePixels(layers: readonly PixelLayer[], pass: Pass): number {
  const widths = layers.map(({ outputs }) => outputs);
  const kept = pass === "forward" ? 2 * largest(widths) : widths.reduce((sum, width) => sum + width, 0);
  const [least, most] = TILE_LIMITS;
  return Math.min(Math.max(Math.floor(TILE_NUMBERS / kept / 8) * 8, least), most);
}

/** A power of two from 64 to 8192, so that a slice is a whole number of chunks. */
export function chunkPixels(layers: readonly PixelLayer[]): number {
  const planes = (layers[0] as PixelLayer).inputs + (layers.at(-1) as PixelLayer).outputs;
  return Math.min(SLICE_GRAIN, 2 ** Math.floor(Math.log2(CHUNK_NUMBERS / planes)));
}

export function regionLengths(
  layers: readonly PixelLayer[],
  pass: Pass,
  tile: number,
  chunk: number,
): Record<RegionName, number> {
  const total = (numbersOf: (layer: PixelLayer) => number): number =>
    layers.reduce((sum, layer) => sum + numbersOf(layer), 0);
  const weights = total(({ inputs, outputs }) => inputs * outputs);
  const channels = total(({ outputs }) => outputs);
  const widest = largest(layers.map(({ outputs }) => outputs));
  const outputs = (layers.at(-1) as PixelLayer).outputs;
  const planes = Math.max((layers[0] as PixelLayer).inputs, outputs);
  const gradients = pass !== "forward" ? 1 : 0;
  const plane = chunk + PLANE_GAP;
  return {
    table: layers.length * (LAYER_BYTES / FLOAT_BYTES),
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
export function sumsLayout({ inputs, outputs }: PixelLayer): {
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
