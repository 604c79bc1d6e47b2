/** The kernel's functions and constants, and where things lie in its memory. */
import { layOut } from "../../base/memory.js";
import type { PixelLayer } from "../network/types.js";
import { PLANE_BYTES, SUM_BLOCK_BYTES, TILE_BYTES, WEIGHT_BLOCK_BYTES } from "./generated/constants.js";

/** The exports of assembly/kernel.ts; pointers are byte offsets, `bytes` and `plane` are bytes of one plane. */
export interface Kernel {
  forward(
    ...args: [
      ...[leaky: number, image: number, output: number, plane: number, bytes: number],
      ...[weights: number, hiddenUnits: number, residual: number],
    ]
  ): void;
  loss(
    ...args: [
      ...[leaky: number, image: number, target: number, pixelWeight: number, pixels: number],
      ...[weights: number, hiddenUnits: number, residual: number],
      ...[kind: number, epsilonSquared: number, gradients: number, sums: number, scratch: number],
      ...[done: number, total: number],
    ]
  ): void;
  backward(
    ...args: [
      ...[leaky: number, image: number, upstream: number, bytes: number],
      ...[weights: number, hiddenUnits: number, residual: number],
      ...[imageGradient: number, sums: number, scratch: number],
      ...[done: number, total: number],
    ]
  ): void;
  gatherSums(sums: number, bytes: number, total: number): void;
}

const FLOAT_BYTES = Float32Array.BYTES_PER_ELEMENT;

export const CHANNELS = 3;
export const MAX_HIDDEN_UNITS = 256;

/** Numbers of a hidden unit's block of weights and of sums, and of a vector. */
export const WEIGHT_BLOCK: number = WEIGHT_BLOCK_BYTES / FLOAT_BYTES;
export const SUM_BLOCK: number = SUM_BLOCK_BYTES / FLOAT_BYTES;
export const LANES = 4;

/**
 * Pixels that are in kernel memory at a time, and the boundary at which sums go to float64 (README.md). From plane to
 * plane it is a cache line more.
 */
export const CHUNK: number = PLANE_BYTES / FLOAT_BYTES - 16;

const PLANE = PLANE_BYTES / FLOAT_BYTES;

export const regions: ReturnType<
  typeof layOut<"weights" | "partSums" | "sums" | "scratch" | "image" | "second" | "third">
> = layOut({
  weights: MAX_HIDDEN_UNITS * WEIGHT_BLOCK + LANES,
  /** Of a part of a chunk, and of the chunk. */
  partSums: MAX_HIDDEN_UNITS * SUM_BLOCK + LANES * LANES,
  sums: MAX_HIDDEN_UNITS * SUM_BLOCK + LANES * LANES,
  /** Rows of a tile: the hidden units and the output. */
  scratch: (MAX_HIDDEN_UNITS + CHANNELS) * (TILE_BYTES / FLOAT_BYTES),
  image: CHANNELS * PLANE,
  /** Output, target or upstream gradient. */
  second: CHANNELS * PLANE,
  /** Gradient of the image, or one plane of pixel weights. */
  third: CHANNELS * PLANE,
});

/** A network that the kernel covers, its weights in kernel memory; it holds until the next kernel call. */
export interface StoredNetwork {
  readonly kernel: Kernel;
  readonly memory: Float32Array;
  readonly layers: readonly [PixelLayer, PixelLayer];
  readonly leaky: number;
  readonly hiddenUnits: number;
  readonly residual: number;
}
