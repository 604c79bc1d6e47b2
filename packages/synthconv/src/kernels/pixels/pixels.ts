/** Pixels as image files hold them, and the checks of what a caller says about them. */
import { ShapeError, ValueError } from "../../core/index.js";
import { channelsOf, checkInput, type PixelNetwork } from "../pixel-network/network.js";
import type { PixelRange } from "../threads/slices.js";

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
export interface CheckedCall {
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

const NO_PIXELS = { image: new Float32Array(0), pixels: 0 };
const LARGEST_WIDTH = 2 ** 31 - 1;

/**
 * @throws {ShapeError} when the data is not a whole number of pixels, or the network does not go from 3 channels to 3.
 * @throws {ValueError} for a number out of its range, a dither of more than 8 bits, or a detached buffer.
 */
export function checkCall(where: string, call: ApplyPixelNetwork): CheckedCall & PixelRange {
  const { network, pixels, channels, share = 1, dither, first = 0 } = call;
  const count = countPixels(where, pixels, channels);
  checkInput(where, { network, ...NO_PIXELS });
  const { inputs, outputs } = channelsOf(network);
  if (inputs !== 3 || outputs !== 3) {
    throw new ShapeError({
      where: `${where} network`,
      expected: "3 channels in and 3 out",
      received: `${inputs} and ${outputs}`,
    });
  }
  if (!(share >= 0 && share <= 1)) {
    throw new ValueError({
      where: `${where} share`,
      expected: "a number from 0 to 1",
      received: String(share),
    });
  }
  checkDither(where, pixels, dither);
  const end = call.end ?? count;
  checkWhole(`${where} end`, end, 0, count);
  checkWhole(`${where} first`, first, 0, end);
  checkAttached(`${where} pixels`, pixels);
  return { network, pixels, channels, share, dither, first, end };
}

/**
 * @returns how many pixels the data holds.
 * @throws {ShapeError} when that is no whole number.
 * @throws {ValueError} when channels are neither 3 nor 4.
 */
export function countPixels(where: string, pixels: PixelData, channels: 3 | 4): number {
  if (channels !== 3 && channels !== 4) {
    throw new ValueError({
      where: `${where} channels`,
      expected: "3 for RGB or 4 for RGBA",
      received: String(channels),
    });
  }
  const count = pixels.length / channels;
  if (Number.isInteger(count)) return count;
  throw new ShapeError({
    where,
    expected: `a whole number of pixels of ${channels} values`,
    received: `${pixels.length} values`,
  });
}

/**
 * Checks that planes of N pixels have their place in the data.
 *
 * @returns N.
 * @throws {ShapeError} when the planes are not three, or reach beyond the data.
 * @throws {ValueError} when a number is out of its range, or a buffer is detached.
 */
export function checkRun(where: string, { pixels, channels, first }: PixelRun, planes: Float32Array): number {
  const total = countPixels(where, pixels, channels);
  checkAttached(`${where} pixels`, pixels);
  checkAttached(`${where} planes`, planes);
  const count = planes.length / 3;
  if (!Number.isInteger(count)) {
    throw new ShapeError({
      where: `${where} planes`,
      expected: "3 planes of as many values each",
      received: `${planes.length} values`,
    });
  }
  checkWhole(`${where} first`, first, 0, total);
  if (first + count > total) {
    throw new ShapeError({
      where: `${where} planes`,
      expected: `at most ${total} - ${first} = ${total - first} pixels, those of the data from the first on`,
      received: `${planes.length} / 3 = ${count}`,
    });
  }
  return count;
}

/** What a whole number of the data stands for as 1; 1 for floats. */
export function topOf(pixels: PixelData): number {
  if (pixels instanceof Float32Array) return 1;
  return pixels instanceof Uint16Array ? 65_535 : 255;
}

export function checkDither(where: string, pixels: PixelData, dither: PixelDither | undefined): void {
  if (dither === undefined) return;
  checkWhole(`${where} dither.width`, dither.width, 1, LARGEST_WIDTH);
  if (topOf(pixels) === 255) return;
  throw new ValueError({
    where: `${where} dither`,
    expected: "pixels of 8 bits",
    received: pixels.constructor.name,
    repair: "Leave the dither out: 16 bits and floats have no visible steps.",
  });
}

function checkWhole(where: string, value: number, least: number, most: number): void {
  if (Number.isSafeInteger(value) && value >= least && value <= most) return;
  throw new ValueError({
    where,
    expected: `a whole number from ${least} to ${most}`,
    received: String(value),
  });
}

/** The memory of the pixels. */
export function bytesOf({ buffer, byteOffset, byteLength }: PixelData): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function checkAttached(where: string, pixels: PixelData): void {
  try {
    bytesOf(pixels);
  } catch (error) {
    // A detached array says that it has no elements: only a new view tells the two apart.
    throw new ValueError(
      {
        where,
        expected: "memory that is still there",
        received: "a detached buffer",
        repair: "It was transferred elsewhere: work on the array that arrived there, or copy it first.",
      },
      { cause: error },
    );
  }
}
