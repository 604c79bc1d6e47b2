/**
 * How the pixels of an image are cut into slices: the unit of work of a thread, and of a sum. The cut depends on
 * the number of pixels alone, so that sums are the same bits at any number of threads.
 */

/** Pixels `first` to `end`, without `end`. */
export interface PixelRange {
  readonly first: number;
  readonly end: number;
}

/**
 * Slices of an image at most. Each has float64 sums of its own for every weight: 17 MB for a layer of 256 to 256
 * channels. The last slice to end leaves the other threads idle for half of it on average, 1/64 of a thread's
 * time with 1 thread, 1/8 with 8.
 */
export const MOST_SLICES = 32;

/** A slice is a whole number of these: the chunk of the pixel network (its README has the reason of the size). */
export const SLICE_GRAIN = 8192;

/** 0 for no pixels, one for every 8192 pixels of a small image, 32 for a large one. */
export function sliceCount(pixels: number): number {
  return Math.ceil(pixels / sliceLength(pixels));
}

/** The pixels of slice `index`, 0 to `sliceCount(pixels)` - 1. */
export function sliceRange(pixels: number, index: number): PixelRange {
  const length = sliceLength(pixels);
  return { first: index * length, end: Math.min(pixels, (index + 1) * length) };
}

function sliceLength(pixels: number): number {
  return Math.max(1, Math.ceil(pixels / SLICE_GRAIN / MOST_SLICES)) * SLICE_GRAIN;
}
