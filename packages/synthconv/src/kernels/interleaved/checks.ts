/** What is checked about pixels of image files and the call on them, once, where it arrives. */
import {
  CHANNELS,
  check,
  checkOptions,
  type Fields,
  FLOAT32,
  isPlainObject,
  type Kind,
  kind,
  optional,
  record,
  SHARE,
  ShapeError,
  ValueError,
  whole,
} from "../../core/index.js";
import { checkColourNetwork } from "../pixel-network/network/checks.js";
import {
  type ApplyPixelNetwork,
  bytesOf,
  type CheckedCall,
  type PixelData,
  type PixelDither,
  type PixelRun,
  topOf,
} from "./types.js";

const MAX_WIDTH = 2 ** 31 - 1;

export const PIXELS: Kind<PixelData> = kind(
  "a Uint8Array, Uint8ClampedArray, Uint16Array or Float32Array",
  (value) => [Uint8Array, Uint8ClampedArray, Uint16Array, Float32Array].some((type) => value instanceof type),
);
const DITHER: Kind<PixelDither> = record<PixelDither>({ width: whole(1, MAX_WIDTH) });
const COUNT = optional(whole(0));
/** The network has a check of its own. */
const CALL: Fields<ApplyPixelNetwork> = {
  network: kind("a network, an object { layers, residual }", isPlainObject),
  pixels: PIXELS,
  channels: CHANNELS,
  share: optional(SHARE),
  dither: optional(DITHER),
  first: COUNT,
  end: COUNT,
};
const RUN: Fields<PixelRun> = {
  pixels: PIXELS,
  channels: CHANNELS,
  first: whole(0),
  dither: optional(DITHER),
};

/**
 * @throws {ShapeError} when the data is not a whole number of pixels, or the network does not go from 3 channels to 3.
 * @throws {ValueError} for an entry that is unknown or of another kind, a dither of more than 8 bits, or a detached
 *   buffer.
 */
export function checkCall(where: string, call: ApplyPixelNetwork): CheckedCall {
  checkOptions(where, call, CALL);
  const { network, pixels, channels, share = 1, dither, first = 0 } = call;
  const count = countPixels(where, pixels, channels);
  checkColourNetwork(where, network);
  checkDither(where, pixels, dither);
  const end = call.end ?? count;
  check(where, "end", end, whole(0, count));
  check(where, "first", first, whole(0, end));
  checkAttached(`${where} pixels`, pixels);
  return { network, pixels, channels, share, dither, first, end };
}

/**
 * @returns how many pixels the data holds.
 * @throws {ShapeError} when that is no whole number.
 * @throws {ValueError} when channels are neither 3 nor 4.
 */
export function countPixels(where: string, pixels: PixelData, channels: 3 | 4): number {
  check(where, "pixels", pixels, PIXELS);
  check(where, "channels", channels, CHANNELS);
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
export function checkRun(where: string, run: PixelRun, planes: Float32Array): number {
  checkOptions(where, run, RUN);
  check(where, "planes", planes, FLOAT32);
  const { pixels, channels, first } = run;
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
  check(where, "first", first, whole(0, total));
  if (first + count > total) {
    throw new ShapeError({
      where: `${where} planes`,
      expected: `at most ${total} - ${first} = ${total - first} pixels, those of the data from the first on`,
      received: `${planes.length} / 3 = ${count}`,
    });
  }
  return count;
}

export function checkDither(where: string, pixels: PixelData, dither: PixelDither | undefined): void {
  if (dither === undefined) return;
  check(where, "dither", dither, DITHER);
  if (topOf(pixels) === 255) return;
  throw new ValueError({
    where: `${where} dither`,
    expected: "pixels of 8 bits",
    received: pixels.constructor.name,
    repair: "Leave the dither out: 16 bits and floats have no visible steps.",
  });
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
