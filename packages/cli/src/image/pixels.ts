/** Between the samples of a photo and the colours that a look is defined on. */

import { readPlanes, writePlanes } from "synthconv/internal";
import type { PixelDither } from "synthconv/look";
import { withSharedFloats } from "./lent-floats.js";
import type { Photo } from "./photo.js";

/** Encoded as the look reads it, planar `[3, N]`: all reds, then all greens, then all blues; 0..1, or beyond. */
export type LookFunction = (colours: Float32Array, count: number) => Float32Array | Promise<Float32Array>;

export interface MapColoursOptions {
  /** Pixels at a time. */
  readonly chunk?: number;
  /** Ordered dither instead of rounding, where the photo has 8 bits. */
  readonly dither?: boolean;
  readonly signal?: AbortSignal;
  /** Called after each chunk with the number of pixels that are done. */
  readonly onProgress?: (pixels: number) => void;
}

// 1.5 MB of floats: what is in flight stays small whatever the photo, and a chunk is worth sharing among threads.
export const CHUNK_PIXELS = 131_072;

/**
 * Replaces the colours of a photo by those that `look` makes of them, in place; alpha is not touched. Only one
 * chunk is in floating point at any time.
 *
 * @param look gets what it reads, `[3, N]`, and returns as many of what it writes; it may return the array that it got.
 */
export async function mapColours(
  photo: Photo,
  look: LookFunction,
  options: MapColoursOptions = {},
): Promise<void> {
  const { chunk = CHUNK_PIXELS, dither = false, signal, onProgress } = options;
  const pixels = photo.width * photo.height;
  // Also for a smaller photo: the next may be larger, and what is not touched costs nothing.
  await withSharedFloats(3 * chunk, async (floats) => {
    for (let first = 0; first < pixels; first += chunk) {
      signal?.throwIfAborted();
      const count = Math.min(chunk, pixels - first);
      const colours = floats.subarray(0, 3 * count);
      readColours(photo, first, colours);
      writeColours(photo, first, await look(colours, count), { dither });
      onProgress?.(first + count);
    }
  });
}

/**
 * Reads pixels `first` to `first + N - 1` as a look reads them: encoded sRGB, unless the photo was decoded for another.
 *
 * @param colours receives them, planar `[3, N]`; its length says how many.
 */
export function readColours(photo: Photo, first: number, colours: Float32Array): void {
  const { data, channels, transform } = photo;
  readPlanes({ pixels: data, channels, first }, colours);
  transform?.toLook(colours);
}

/**
 * Writes what a look made of them to the pixels from `first` on, rounded to the nearest sample (or dithered) and clipped to what
 * the photo's colour space holds.
 *
 * @param colours planar `[3, N]`; changed where the photo has its own profile.
 */
export function writeColours(
  photo: Photo,
  first: number,
  colours: Float32Array,
  { dither = false }: Pick<MapColoursOptions, "dither"> = {},
): void {
  const { data, channels, transform } = photo;
  transform?.fromLook(colours);
  writePlanes({ pixels: data, channels, first, dither: dither ? ditherOf(photo) : undefined }, colours);
}

/** The thresholds go by the place in the photo; undefined where it has more than 8 bits. */
export function ditherOf({ data, width }: Photo): PixelDither | undefined {
  return data instanceof Uint16Array ? undefined : { width };
}
