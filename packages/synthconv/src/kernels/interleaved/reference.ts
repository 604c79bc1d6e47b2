/** The meaning of applying a network to pixels, for every network; the conversions are float64. */
import { prepare } from "../pixel-network/implementations.js";
import { checkDither, checkRun } from "./checks.js";
import { DITHER_SIDE, ditherMatrix } from "./dither.js";
import { type InterleavedImplementation, type PixelRun, topOf } from "./types.js";

// Three planes in and out, 192 KB, stay in the second cache.
const CHUNK = 8192;

/** Covers every call. */
export const reference: InterleavedImplementation = {
  name: "reference",
  prepare: ({ network, pixels, channels, share, dither }) => {
    const prepared = prepare(network, [], "forward");
    return ({ first, end }) => {
      const most = Math.min(CHUNK, end - first);
      const input = new Float32Array(3 * most);
      const output = new Float32Array(3 * most);
      for (let start = first; start < end; start += most) {
        const count = Math.min(most, end - start);
        const image = input.subarray(0, 3 * count);
        const result = output.subarray(0, 3 * count);
        readPlanes({ pixels, channels, first: start }, image);
        prepared.forward({ network, image, pixels: count, output: result }, { first: 0, end: count });
        if (share !== 1) blendPlanes(image, result, share);
        writePlanes({ pixels, channels, first: start, dither }, result);
      }
    };
  },
};

/** output = image + share (output - image). */
export function blendPlanes(image: Float32Array, output: Float32Array, share: number): void {
  for (let i = 0; i < output.length; i++) {
    const from = image[i] as number;
    output[i] = from + share * ((output[i] as number) - from);
  }
}

/**
 * Reads interleaved pixels as three planes of float32, whole numbers as value / 255 (or 65535).
 *
 * @param planes [3, N], overwritten; its length says how many pixels.
 * @throws {ShapeError} when the planes are not three, or the data has not as many pixels.
 * @throws {ValueError} when a number is out of its range, or a buffer is detached.
 */
export function readPlanes(run: PixelRun, planes: Float32Array): void {
  const count = checkRun("readPlanes", run, planes);
  const { pixels, channels, first } = run;
  const top = topOf(pixels);
  for (let channel = 0; channel < 3; channel++) {
    let from = first * channels + channel;
    for (let to = channel * count; to < (channel + 1) * count; to++) {
      planes[to] = (pixels[from] as number) / top;
      from += channels;
    }
  }
}

/**
 * Writes three planes as interleaved pixels: whole numbers rounded to the nearest (or dithered) and clamped to their
 * range, NaN as 0, floats as they are. Alpha is not touched.
 *
 * @param planes [3, N].
 * @throws {ShapeError} when the planes are not three, or the data has not as many pixels.
 * @throws {ValueError} when a number is out of its range, a dither is of other than 8 bits, or a buffer is detached.
 */
export function writePlanes(run: PixelRun, planes: Float32Array): void {
  const count = checkRun("writePlanes", run, planes);
  const { pixels, channels, first, dither } = run;
  checkDither("writePlanes", pixels, dither);
  const top = topOf(pixels);
  const isFloat = pixels instanceof Float32Array;
  for (let channel = 0; channel < 3; channel++) {
    let to = first * channels + channel;
    for (let pixel = 0; pixel < count; pixel++) {
      const value = planes[channel * count + pixel] as number;
      const threshold = dither === undefined ? 0.5 : thresholdAt(first + pixel, dither.width);
      // Storing NaN makes it 0.
      pixels[to] = isFloat ? value : Math.floor(Math.min(Math.max(value * top + threshold, 0), top));
      to += channels;
    }
  }
}

function thresholdAt(pixel: number, width: number): number {
  const column = (pixel % width) % DITHER_SIDE;
  const row = Math.floor(pixel / width) % DITHER_SIDE;
  return ditherMatrix[row * DITHER_SIDE + column] as number;
}
