/**
 * Shared memory that lasts for a job and is used again by the next: sums of slices, and pixels in memory that threads
 * cannot see, such as an image library's own, on their way.
 */
import { copyEntries, type TypedArray } from "../../core/copy.js";
import { newSharedMemory } from "../../core/index.js";

export interface EntryRange {
  readonly first: number;
  readonly end: number;
}

type ArrayType = new (buffer: SharedArrayBuffer, offset: number, length: number) => TypedArray;

const arrayTypes: Readonly<Record<TypedArray[typeof Symbol.toStringTag], ArrayType>> = {
  Float32Array,
  Float64Array,
  Uint8Array,
  Uint8ClampedArray,
  Uint16Array,
};

/** Kept from call to call, some MB: new memory would be cleared page by page, and workers would hold the old. */
const kept: { pixels?: SharedArrayBuffer; sums?: SharedArrayBuffer } = {};

/** Zeros for the sums of one job; the next call takes them back. */
export function sharedSums(length: number): Float64Array {
  return new Float64Array(sharedBytes("sums", length * Float64Array.BYTES_PER_ELEMENT), 0, length).fill(0);
}

/**
 * Copies entries [first, end) of an array to shared memory and back, a part at a time.
 *
 * @param length of a part; the array is cut at the multiples of it.
 * @param work receives the part as an array, and where in it the entries lie.
 */
export function inSharedParts<Entries extends TypedArray>(
  array: Entries,
  { first, end }: EntryRange,
  length: number,
  work: (part: Entries, range: EntryRange) => void,
): void {
  const size = array.BYTES_PER_ELEMENT;
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  for (let start = Math.floor(first / length) * length; start < end; start += length) {
    const range = { first: Math.max(first, start) - start, end: Math.min(end, start + length) - start };
    const [from, to] = [range.first * size, range.end * size];
    const shared = sharedBytes("pixels", Math.min(length, array.length) * size);
    copyEntries(bytes, start * size + from, start * size + to, new Uint8Array(shared), from);
    work(new arrayTypes[array[Symbol.toStringTag]](shared, 0, range.end) as Entries, range);
    copyEntries(new Uint8Array(shared), from, to, bytes, start * size + from);
  }
}

function sharedBytes(use: keyof typeof kept, length: number): SharedArrayBuffer {
  const memory = kept[use];
  if (memory !== undefined && memory.byteLength >= length) return memory;
  const larger = newSharedMemory(length);
  kept[use] = larger;
  return larger;
}
