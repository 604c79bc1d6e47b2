/** Winograd's transforms and products in kernel memory: their regions, and the calls of the kernel on them. */
import { kernelLoaders } from "../../base/backend.js";
import { BYTES, layOut, roundUp, workingMemory } from "../../base/memory.js";
import { FREQUENCIES } from "./generated/constants.js";
import { wasmBase64 as plain } from "./generated/plain.js";
import { wasmBase64 as relaxed } from "./generated/relaxed.js";
import type { PlanesAt, TileGrid, Window } from "./planes.js";

/** The exports of assembly/kernel.ts; pointers, steps and strides are bytes. */
interface WinogradKernel {
  winogradWeights(
    ...args: [
      ...[from: number, outputStep: number, channelStep: number, flipped: number],
      ...[outputs: number, channels: number, scratch: number, to: number, stride: number],
    ]
  ): void;
  winogradImage(
    ...args: [
      ...[plane: number, planeBytes: number, planeRows: number, width: number, top: number, left: number],
      ...[channels: number, rows: number, groups: number, lines: number, lineBytes: number],
      ...[to: number, stride: number, panelChannels: number],
    ]
  ): void;
  winogradIsWide(
    ...args: [
      ...[plane: number, planeBytes: number, planeRows: number, width: number, top: number, left: number],
      ...[channels: number, rows: number, groups: number, lines: number, lineBytes: number],
      limit: number,
    ]
  ): number;
  winogradUpstream(
    ...args: [
      ...[plane: number, planeBytes: number, planeRows: number, width: number],
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
      ...[plane: number, planeBytes: number, height: number, width: number],
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

const loadKernel: (hasResults: boolean) => WinogradKernel | undefined = kernelLoaders<WinogradKernel>({
  plain,
  relaxed,
});

// README.md, constants.
const MAX_RANGE = 16;
const TABLE_SHIFT = 48;
const TABLE_PERIOD = 1024;

/** Numbers from one frequency's table to the next. */
function tableStride(numbers: number): number {
  return roundUp(Math.max(0, numbers - TABLE_SHIFT), TABLE_PERIOD) + TABLE_SHIFT;
}

type Table = "weights" | "image" | "result";

/** Numbers of one frequency's table, of the stage, and of the longest row of tiles with what lies around it. */
export interface WinogradLengths extends Readonly<Record<Table, number>> {
  readonly stage: number;
  readonly bias: number;
  readonly line: number;
}

/**
 * The regions in kernel memory; what is in them holds until another kernel is called. A gradient of weights has the
 * transformed gradient of the results in `result`, and its sums in `weights`.
 */
export class WinogradMemory {
  readonly floats: Float32Array;
  /** Indices in `floats` of the first number. */
  readonly stage: number;
  readonly bias: number;
  readonly #start: Readonly<Record<Table | "stage" | "bias" | "lines" | "scratch", number>>;
  readonly #stride: Readonly<Record<Table, number>>;
  readonly #lineBytes: number;
  readonly #kernel: WinogradKernel;
  /** Whether results of a step may be read and written in place. */
  readonly hasResults: boolean;

  constructor(lengths: WinogradLengths) {
    const weights = tableStride(lengths.weights);
    const image = tableStride(lengths.image);
    const result = tableStride(lengths.result);
    const { start, end } = layOut({
      weights: weights * FREQUENCIES,
      image: image * FREQUENCIES,
      result: result * FREQUENCIES,
      stage: lengths.stage,
      bias: lengths.bias,
      lines: 5 * lengths.line,
      scratch: 48,
    });
    const { floats, hasResults } = workingMemory(end);
    this.floats = floats;
    this.hasResults = hasResults;
    this.#kernel = loadKernel(hasResults) as WinogradKernel;
    this.stage = start.stage / BYTES;
    this.bias = start.bias / BYTES;
    this.#start = start;
    this.#stride = { weights: weights * BYTES, image: image * BYTES, result: result * BYTES };
    this.#lineBytes = lengths.line * BYTES;
  }

  /** False once kernel memory has grown and `floats` is detached. */
  get isCurrent(): boolean {
    return this.floats.length > 0;
  }

  /** Transforms the weights in the stage, whose steps count numbers. */
  transformWeights(
    outputStep: number,
    channelStep: number,
    isFlipped: boolean,
    outputs: number,
    channels: number,
  ): void {
    const { weights, scratch, stage } = this.#start;
    this.#kernel.winogradWeights(
      ...([stage, outputStep * BYTES, channelStep * BYTES, isFlipped ? 1 : 0] as const),
      ...([outputs, channels, scratch, weights, this.#stride.weights] as const),
    );
  }

  /** Whether neighbouring pixels of planes are too far apart for the transforms. */
  isWide(window: Window & PlanesAt, channels: number, { rows, groups }: TileGrid): boolean {
    const { lines } = this.#start;
    const isWide = this.#kernel.winogradIsWide(
      ...([window.at, window.planeBytes, window.rows, window.columns, -window.top, window.left] as const),
      ...([channels, rows, groups, lines, this.#lineBytes, MAX_RANGE] as const),
    );
    return isWide !== 0;
  }

  /** Transforms planes; a panel has room for `panelChannels`. */
  transformImage(
    window: Window & PlanesAt,
    channels: number,
    { rows, groups }: TileGrid,
    panelChannels: number,
  ): void {
    const { image, lines } = this.#start;
    this.#kernel.winogradImage(
      ...([window.at, window.planeBytes, window.rows, window.columns, -window.top, window.left] as const),
      ...([channels, rows, groups, lines, this.#lineBytes] as const),
      ...([image, this.#stride.image, panelChannels] as const),
    );
  }

  /** Transforms the gradient of results. */
  transformUpstream(
    window: Window & PlanesAt,
    channels: number,
    { rows, groups }: TileGrid,
    panelChannels: number,
  ): void {
    const { result, lines } = this.#start;
    this.#kernel.winogradUpstream(
      ...([window.at, window.planeBytes, window.rows, window.columns] as const),
      ...([channels, rows, groups, lines, this.#lineBytes] as const),
      ...([result, this.#stride.result, panelChannels] as const),
    );
  }

  /** `outputs`: a multiple of 4. */
  multiply(channels: number, outputs: number, panels: number): void {
    const { weights, image, result } = this.#start;
    const stride = this.#stride;
    this.#kernel.winogradProducts(
      ...([weights, stride.weights, image, stride.image, channels] as const),
      ...([channels, outputs, panels, result, stride.result] as const),
    );
  }

  /**
   * Transforms products to planes of `height` x `width` results of each output, with biases.
   *
   * @returns whether all of them are finite.
   */
  transformResult(
    outputs: number,
    { rows, groups }: TileGrid,
    [height, width]: readonly [number, number],
    { at, planeBytes }: PlanesAt,
  ): boolean {
    const { result, bias, scratch } = this.#start;
    const allFinite = this.#kernel.winogradResult(
      ...([result, this.#stride.result, roundUp(outputs, 4), outputs] as const),
      ...([rows, groups, bias, scratch, at, planeBytes, height, width] as const),
    );
    return allFinite !== 0;
  }

  clearSums(): void {
    const { weights, image } = this.#start;
    this.floats.fill(0, weights / BYTES, image / BYTES);
  }

  /** Adds the products of a block to the sums. `channels`: a multiple of 2, `outputs`: of 4. */
  addWeightProducts(channels: number, outputs: number, panels: number): void {
    const { weights, image, result } = this.#start;
    const stride = this.#stride;
    this.#kernel.winogradWeightProducts(
      ...([result, stride.result, outputs, image, stride.image, channels, panels] as const),
      ...([weights, stride.weights] as const),
    );
  }

  /** Transforms the sums to gradients [channels, 9, outputs] in the stage. */
  transformWeightSums(channels: number, outputs: number): void {
    const { weights, scratch, stage } = this.#start;
    this.#kernel.winogradWeightGradient(weights, this.#stride.weights, outputs, channels, scratch, stage);
  }
}
