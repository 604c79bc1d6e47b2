/** Pixels as image files hold them, the call on them, and what an implementation of it is. */
import type { Implementation } from "../../core/choices.js";
import type { PixelNetwork } from "../pixel-network/network/types.js";
import type { PixelRange } from "../threads/parallel.js";

/** Interleaved pixels; whole numbers span 0 to 255 or 65535, floats 0 to 1. */
export type PixelData = Uint8Array | Uint8ClampedArray | Uint16Array | Float32Array;

export interface PixelDither {
  /** Pixels of a row of the image: the thresholds go by column and row. */
  readonly width: number;
}

export interface ApplyPixelNetwork {
  /** 3 channels in and out. */
  readonly network: PixelNetwork;
  /** [P, channels], overwritten. */
  readonly pixels: PixelData;
  /** 3 for RGB, 4 for RGBA; alpha is not touched. */
  readonly channels: 3 | 4;
  /** Of the network's output in the result, 0 to 1; the rest is the input's. 1 where it is left out. */
  readonly share?: number | undefined;
  /** Ordered dither instead of rounding to the nearest; of 8 bits only. */
  readonly dither?: PixelDither | undefined;
  /** The first pixel to work on; 0 where it is left out. */
  readonly first?: number | undefined;
  /** The pixel after the last to work on; all of them where it is left out. */
  readonly end?: number | undefined;
}

/** A call that can be sent to another thread, with nothing wrong in it. */
export interface CheckedCall extends PixelRange {
  readonly network: PixelNetwork;
  readonly pixels: PixelData;
  readonly channels: 3 | 4;
  readonly share: number;
  readonly dither: PixelDither | undefined;
}

/** Interleaved pixels from `first` on. */
export interface PixelRun {
  /** [P, channels]. */
  readonly pixels: PixelData;
  readonly channels: 3 | 4;
  readonly first: number;
  /** Ordered dither instead of rounding to the nearest, when 8 bits are written. */
  readonly dither?: PixelDither | undefined;
}

/** What a whole number of the data stands for as 1; 1 for floats. */
export function topOf(pixels: PixelData): number {
  if (pixels instanceof Float32Array) return 1;
  return pixels instanceof Uint16Array ? 65_535 : 255;
}

/** The memory of the pixels. */
export function bytesOf({ buffer, byteOffset, byteLength }: PixelData): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** Prepared, it does a range of the call's pixels; it holds until another kernel is called on this thread. */
export type InterleavedImplementation = Implementation<[call: CheckedCall], (range: PixelRange) => void>;
