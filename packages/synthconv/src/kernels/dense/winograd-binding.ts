/** Winograd's transforms and products in kernel memory: their regions, and the calls of the kernel on them. */
import { kernelFloats, layOut } from "../memory.js";
import { BYTES, denseKernel, roundUp } from "./binding.js";

/** The transforms of kernel.ts; pointers, steps and strides are bytes. */
export interface WinogradKernel {
  winogradWeights(
    ...args: [
      ...[from: number, outputStep: number, channelStep: number, flipped: number],
      ...[outputs: number, channels: number, scratch: number, to: number, stride: number],
    ]
  ): void;
  winogradImage(
    ...args: [
      ...[plane: number, planeRows: number, width: number, top: number, left: number],
      ...[channels: number, rows: number, groups: number, lines: number, lineBytes: number],
      ...[to: number, stride: number, panelChannels: number],
    ]
  ): void;
  winogradUpstream(
    ...args: [
      ...[plane: number, planeRows: number, width: number],
      ...[channels: number, rows: number, groups: number, lines: number, lineBytes: number],
      ...[to: number, stride: number, panelChannels: number],
    ]
  ): void;
  winogradProducts(
    ...args: [
      ...[weights: number, weightStride: number, image: number, stride: number, panelChannels: number],
      ...[channels: number, outputs: number, panels: number, result: number, resultStride: number],
    ]
  ): void;
  winogradResult(
    ...args: [
      ...[result: number, stride: number, panelChannels: number, channels: number],
      ...[rows: number, groups: number, bias: number, scratch: number],
      ...[plane: number, height: number, width: number],
    ]
  ): number;
  winogradWeightProducts(
    ...args: [
      ...[upstream: number, upstreamStride: number, outputs: number],
      ...[image: number, stride: number, channels: number, panels: number],
      ...[sums: number, sumStride: number],
    ]
  ): void;
  winogradWeightGradient(
    ...args: [
      ...[sums: number, stride: number, outputs: number, channels: number],
      ...[scratch: number, to: number],
    ]
  ): void;
}

const FREQUENCIES = 16;

// Tables that follow each other at a multiple of 4096 bytes would meet in the same few lines of the first-level
// cache, and every transform writes to all 16 of them in turn.
const TABLE_SHIFT = 48;
const TABLE_PERIOD = 1024;

/** Numbers from one frequency's table to the next. */
function tableStride(numbers: number): number {
  return roundUp(Math.max(0, numbers - TABLE_SHIFT), TABLE_PERIOD) + TABLE_SHIFT;
}

/** Pixels of a block's planes; `top` and `left` lead from its first tile to them. */
export interface Window {
  readonly rows: number;
  readonly columns: number;
  readonly top: number;
  readonly left: number;
}

/** Rows of tiles, each `groups` times 4 tiles long. */
export interface TileGrid {
  readonly rows: number;
  readonly groups: number;
}

/** The regions of a convolution, or of a gradient of weights, by the largest sizes that they meet. */
export class WinogradMemory {
  readonly floats: Float32Array;
  readonly #start: Readonly<Record<"weights" | "image" | "result" | "stage" | "bias" | "lines" | "scratch", number>>;
  readonly #stride: Readonly<Record<"weights" | "image" | "result", number>>;

  /** Numbers of the tables of one frequency, of the stage, of the biases and of a line of a block. */
  constructor(sizes: Readonly<Record<"weights" | "image" | "result" | "stage" | "bias" | "line", number>>) {
    const weights = tableStride(sizes.weights);
    const image = tableStride(sizes.image);
    const result = tableStride(sizes.result);
    const { start, end } = layOut({
      weights: weights * FREQUENCIES,
      image: image * FREQUENCIES,
      result: result * FREQUENCIES,
      stage: sizes.stage,
      bias: sizes.bias,
      lines: 5 * sizes.line,
      scratch: 48,
    });
    this.#start = start;
    this.#stride = { weights: weights * BYTES, image: image * BYTES, result: result * BYTES };
    this.floats = kernelFloats(end);
  }

  /** False once kernel memory has grown and `floats` is detached. */
  get isCurrent(): boolean {
    return this.floats.length > 0;
  }

  /** Index in `floats` of the first number of a region. */
  index(region: "stage" | "bias"): number {
    return this.#start[region] / BYTES;
  }
