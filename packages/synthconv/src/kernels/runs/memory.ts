/** The regions of kernel memory through which numbers go. */
import { noteChoice } from "../../core/choices.js";
import { copyEntries } from "../../core/copy.js";
import { type FloatArray, resultFloats } from "../../core/index.js";
import { BYTES, layOut } from "../base/memory.js";

/** Numbers that go through kernel memory at once, as in kernels/entries: three times as many stay in the nearest cache. */
export const CHUNK = 4096;

/** Lines that are worked on as a whole are no longer. */
export const LONGEST_LINE = 16_384;

// The last vector of a run is written whole.
const ROOM = LONGEST_LINE + 4;

type Region = "a" | "b" | "out" | "sums" | "largest" | "gains" | "offsets" | "gainSums" | "offsetSums";

const layout = layOut<Region>({
  ...{ a: ROOM, b: ROOM, out: ROOM, sums: 4 * CHUNK, largest: CHUNK },
  // Of the entries of a line; their sums are float64.
  ...{ gains: ROOM, offsets: ROOM, gainSums: 2 * ROOM, offsetSums: 2 * ROOM },
});

/** Byte offsets of the regions. */
export const PLACES: Readonly<Record<Region, number>> = layout.start;

export function load(data: FloatArray, start: number, end: number, place: number): void {
  copyEntries(data, start, end, resultFloats(), place / BYTES);
}

/** Copies what lies at a place out. */
export function unloadRow(place: number, count: number, data: FloatArray, at: number): void {
  copyEntries(resultFloats(), place / BYTES, place / BYTES + count, data, at);
}

export function noteDomain(isOutside: boolean): void {
  noteChoice("softmax kernel", isOutside ? "numbers beyond its domain" : "numbers of its domain");
}

let doubles: Float64Array | undefined;

/** Kernel memory as float64. */
export function kernelDoubles(): Float64Array {
  const { buffer } = resultFloats();
  if (doubles?.buffer !== buffer) doubles = new Float64Array(buffer, 0, buffer.byteLength / 8);
  return doubles;
}

/** Where the region of sums begins in it. */
export const FIRST_SUM: number = PLACES.sums / Float64Array.BYTES_PER_ELEMENT;

/** Calls `chunk` with the first index, and the one after the last, of every part of a run. */
export function forEachChunk(
  start: number,
  end: number,
  chunk: (start: number, end: number) => void,
  size: number = CHUNK,
): void {
  noteChoice("runs kernel", end - start > size ? "several chunks" : "one chunk");
  for (let at = start; at < end; at += size) chunk(at, Math.min(end, at + size));
}
