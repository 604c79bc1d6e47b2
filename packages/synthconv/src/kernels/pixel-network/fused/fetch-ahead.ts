/**
 * Brings the cache lines of a large image's next copies in while the kernel calculates, one step of a chunk after the
 * other. JavaScript has no instruction for that, and a copy makes the arithmetic wait for memory; but a store does
 * not wait for its line, and reading two lines sets the processor's own prefetcher on those after them. README.md
 * has what that saves.
 */
import { noteChoice } from "../../../core/choices.js";
import type { FloatArray } from "../../../core/index.js";

/** What a call reads and overwrites: three planes each, of as many pixels. */
export interface Streams {
  readonly pixels: number;
  readonly image: Int32Array;
  /** Target or upstream gradient. */
  readonly second: Int32Array | undefined;
  readonly output: Float32Array | undefined;
}

// Pixels of a step, four cache lines of a plane, and how many of them are read (README.md has the reasons).
const STEP = 64;
const READ = 32;
const LINE = 16;

// The planes of fewer pixels lie in a second cache already.
const MIN_PIXELS = 2 ** 18;

// A read whose value goes nowhere is left out by the compiler.
const seen = new Int32Array(1);

/** Undefined where nothing has to be brought in; arrays are float32. */
export function streamsOf(
  pixels: number,
  image: FloatArray,
  second?: FloatArray,
  output?: FloatArray,
): Streams | undefined {
  if (pixels < MIN_PIXELS) {
    noteChoice("fused kernel", "fetches nothing ahead");
    return undefined;
  }
  noteChoice("fused kernel", "fetches ahead");
  return {
    pixels,
    image: bitsOf(image),
    second: second && bitsOf(second),
    output: output as Float32Array | undefined,
  };
}

function bitsOf({ buffer, byteOffset, length }: FloatArray): Int32Array {
  return new Int32Array(buffer, byteOffset, length);
}

/** Pixels of a step of a chunk of `count` pixels. */
export function stepOf(streams: Streams | undefined, count: number): number {
  return streams === undefined ? count : STEP;
}

/**
 * Before a step: the output of its pixels, `first` to `end`, is stored to; what is read lies as far into the next
 * chunk, at pixel `next`, and ends with `last`. Not a loop that calls back: V8 does not inline what its three users hand
 * to it, which makes training 4 % slower.
 */
export function bringAhead(
  { pixels, image, second, output }: Streams,
  first: number,
  end: number,
  next: number,
  last: number,
): void {
  readLines(image, pixels, next, last);
  if (second !== undefined) readLines(second, pixels, next, last);
  if (output !== undefined) claimLines(output, pixels, first, end);
}

function readLines(planes: Int32Array, pixels: number, first: number, end: number): void {
  let bits = 0;
  const last = Math.min(first + READ, end);
  for (let i = first; i < last; i += LINE) {
    bits |= (planes[i] as number) | (planes[i + pixels] as number) | (planes[i + 2 * pixels] as number);
  }
  seen[0] = bits;
}

function claimLines(planes: Float32Array, pixels: number, first: number, end: number): void {
  for (let i = first; i < end; i += LINE) {
    planes[i] = 0;
    planes[i + pixels] = 0;
    planes[i + 2 * pixels] = 0;
  }
}
