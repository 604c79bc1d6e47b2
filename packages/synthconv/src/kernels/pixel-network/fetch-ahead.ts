/**
 * Brings the cache lines of an image in while the kernel calculates. JavaScript has no instruction for that, and
 * copies alone wait for memory while the arithmetic stands still; but a store does not wait for its line, and a
 * read of two lines sets the processor's own prefetcher on those after them. README.md has what it saves.
 */

/** Pixels between two calls of the functions below. */
export const FETCH_STEP = 64;

/** An image and its output of fewer pixels lie in the second cache already. */
export const LEAST_FETCHED_PIXELS: number = 2 ** 18;

// Float32 numbers of a cache line.
const LINE = 16;
const LINES_READ = 2;

// Reads whose result is used nowhere are left out by the compiler.
const seen = new Int32Array(1);

/** Reads the first lines of a step of three planes, `pixels` apart, at pixel `first`; none from `end` on. */
export function readAhead(planes: Int32Array, pixels: number, first: number, end: number): void {
  let bits = 0;
  const last = Math.min(end, first + LINES_READ * LINE);
  for (let i = first; i < last; i += LINE) {
    bits |= (planes[i] as number) | (planes[i + pixels] as number) | (planes[i + 2 * pixels] as number);
  }
  seen[0] = bits;
}

/** Stores to every line of pixels `first` to `end` of three planes that will be overwritten. */
export function claimLines(planes: Float32Array, pixels: number, first: number, end: number): void {
  for (let i = first; i < end; i += LINE) {
    planes[i] = 0;
    planes[i + pixels] = 0;
    planes[i + 2 * pixels] = 0;
  }
}
