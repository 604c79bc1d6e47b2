/**
 * Walks through the pixels of a chunk in steps and, for a large image, brings the cache lines of the next copies in
 * between them, while the kernel calculates. JavaScript has no instruction for that, and a copy makes the arithmetic
 * wait for memory; but a store does not wait for its line, and reading two lines sets the processor's own
 * prefetcher on those after them. README.md has what that saves.
 */
import type { FloatArray } from "../../core/index.js";
import type { PixelRange } from "../threads/slices.js";

/** What a call reads and overwrites: three planes each, of as many pixels. */
export interface Streams {
  readonly pixels: number;
  readonly inputs: readonly Int32Array[];
  readonly output: Float32Array | undefined;
}

// Pixels of a step, four cache lines of a plane, and how many of them are read (README.md has the reasons).
const STEP = 64;
const READ = 32;
const LINE = 16;

// The planes of fewer pixels lie in a second cache already.
const LEAST_PIXELS = 2 ** 18;

// A read whose value goes nowhere is left out by the compiler.
const seen = new Int32Array(1);

/** Undefined where nothing has to be brought in; arrays are float32. */
export function streamsOf(
  pixels: number,
  inputs: readonly FloatArray[],
  output?: FloatArray,
): Streams | undefined {
  if (pixels < LEAST_PIXELS) return undefined;
  return {
    pixels,
    inputs: inputs.map(({ buffer, byteOffset, length }) => new Int32Array(buffer, byteOffset, length)),
    output: output as Float32Array | undefined,
  };
}

/**
 * Calls `run` with the first pixel of a step, counted from that of the chunk, and with the number of its pixels. The
 * output of the chunk is stored to before, what is read next lies behind the chunk and ends with `end`.
 */
export function inSteps(
  streams: Streams | undefined,
  { first, end: chunkEnd }: PixelRange,
  end: number,
  run: (first: number, count: number) => void,
): void {
  const count = chunkEnd - first;
  if (streams === undefined) {
    run(0, count);
    return;
  }
  const { pixels, inputs, output } = streams;
  for (let step = 0; step < count; step += STEP) {
    const stepEnd = Math.min(step + STEP, count);
    for (const planes of inputs) readLines(planes, pixels, chunkEnd + step, end);
    if (output !== undefined) claimLines(output, pixels, first + step, first + stepEnd);
    run(step, stepEnd - step);
  }
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
