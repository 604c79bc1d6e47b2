/** The regions of kernel memory through which numbers go a chunk at a time. */
import { noteChoice } from "../../core/choices.js";
import { addressOf, type FloatArray, resultFloats } from "../../core/index.js";
import { readFilled } from "../base/in-place.js";
import { BYTES, layOut } from "../base/memory.js";

// 2^20 sums of two took 1.0 ms in chunks of 2048 numbers, 0.85 in 4096 and 8192, three of which stay in the cache nearest to
// the core, and 0.9 in 16384.
export const CHUNK = 4096;

// Below it the copies and the calls cost more than the loops.
export const MIN_NUMBERS = 64;

const layout = layOut({ a: CHUNK, b: CHUNK, out: CHUNK, upstream: CHUNK });

/** Byte offsets of the regions. */
export const PLACES: Readonly<Record<"a" | "b" | "out" | "upstream", number>> = layout.start;

// Of a chunk in which some numbers are beyond the kernel's domain, the blocks that have some are the reference's.
const BLOCK = 64;

// What goes through a function at once where nothing is copied: one number beyond the domain has its chunk looked at once more.
const IN_PLACE = 4 * CHUNK;

/**
 * Calls `chunk` with the first index, and the one after the last, of every chunk.
 *
 * @param most numbers of a chunk. Of larger ones than what is copied, what fills no block comes by itself, as it may have to be.
 */
export function forEachChunk(
  length: number,
  most: number,
  chunk: (start: number, end: number) => void,
): void {
  noteChoice("entries kernel", length > CHUNK ? "several chunks" : "one chunk");
  const whole = most > CHUNK ? length - (length % BLOCK) : length;
  for (let start = 0; start < whole; start += most) chunk(start, Math.min(whole, start + most));
  if (whole < length) chunk(whole, length);
}

/** The largest chunk of arrays that are read and written together: calls cost a fifth of a sum of two that lie in place. */
export function chunkOf(arrays: readonly FloatArray[], inPlace: number = IN_PLACE): number {
  return arrays.every((data) => addressOf(data) !== undefined) ? inPlace : CHUNK;
}

/**
 * Of `count` numbers of a chunk whose kernel said that some are beyond its domain, calls `reference` with the first and the length
 * of every block that has some.
 *
 * @param kernel does a block again, and says the same of it.
 */
export function forEachOutside(
  isOutside: boolean,
  count: number,
  kernel: (bytes: number, length: number) => number,
  reference: (at: number, length: number) => void,
): void {
  noteChoice("entries kernel", isOutside ? "numbers beyond its domain" : "numbers of its domain");
  for (let at = 0; isOutside && at < count; at += BLOCK) {
    const length = Math.min(BLOCK, count - at);
    if (kernel(BYTES * at, length) !== 0) reference(at, length);
  }
}

/** Of four numbers. */
export const VECTOR = 16;

/** Whether the kernel takes entries that are so far apart: beside each other, or all the same one. */
export function isEven(step: number): boolean {
  return step === 0 || step === 1;
}

/** What reads a factor of a row, of which each entry is its own or all are the same one: gives the address of a chunk. */
export function readerOf(
  data: FloatArray,
  from: number,
  step: number,
  place: number,
): (start: number, end: number) => number {
  if (step === 1) return (start, end) => readFilled(data, from + start, from + end, place);
  resultFloats().fill(data[from] as number, place / BYTES, place / BYTES + 4);
  return () => place;
}
