/**
 * Results of operations in a WebAssembly memory, where kernels read and write them in place: a sum of two arrays of 4 MB
 * spends most of its time on copies into kernel memory and out of it.
 *
 * This memory is not the one of ../kernels/base/memory.ts, whose tiles may need any room: to grow a memory takes every
 * array over it from its holder. Here kernels have a fixed room of their own at the start, results lie behind it one after
 * the other, and the memory grows only while there are none. What does not fit lies in ordinary memory, as all results did;
 * kernels copy it.
 *
 * Results exist in scopes (`tidy`), and at the end of a scope their places are free again. Who may hold one beyond it, or
 * what the public sees, is a matter of the tensors: ../autograd/numbers.ts.
 */
import { allocateUnset, areLargeArraysShared, type DType, type FloatArray } from "./float-array.js";

const PAGE_BYTES = 65_536;

/** The room of the kernels themselves. */
export const WORK_BYTES: number = 2 ** 22;

// A chain of twenty operations on results of 4 KB takes 0.9 of the time in place, of 16 KB 0.67, of 128 KB 0.51; training
// steps of small networks are the same with 4, 16 and 64 KB.
const MIN_BYTES = 16_384;
let leastBytes = MIN_BYTES;

// The first growth. Pages that nobody has touched cost no memory.
const LEAST_BYTES = 2 ** 24;
// Of the results of a step at most. A WebAssembly memory never shrinks: what one large step took would be held for good.
const MOST_BYTES = 2 ** 28;

// Kernels read and write the last vector of a run whole, also one behind it; cache lines are 64 bytes.
const ALIGNMENT = 64;

let memory: WebAssembly.Memory | undefined;
let buffer: ArrayBuffer | undefined;
let floats: Float32Array | undefined;
let depth = 0;
/** Where the next result begins. */
let next = WORK_BYTES;
/** Bytes that the results of the outermost scope would take, and the most that one took so far. */
let asked = 0;
let mostAsked = LEAST_BYTES;

export function resultMemory(): WebAssembly.Memory {
  memory ??= new WebAssembly.Memory({ initial: WORK_BYTES / PAGE_BYTES });
  return memory;
}

/** All of it as float32: for kernels that have their room in it. */
export function resultFloats(): Float32Array {
  const now = resultMemory().buffer;
  if (floats?.buffer !== now) floats = new Float32Array(now);
  return floats;
}

/** From how many bytes on results lie here; without a number as usual. Tests take 0: no result is too small for them. */
export function placeResultsFrom(bytes: number = MIN_BYTES): void {
  leastBytes = bytes;
}

/** Opens a scope of results. */
export function openResults(): { readonly first: number; readonly close: () => void } {
  const first = next;
  if (depth === 0) asked = 0;
  depth++;
  return {
    first,
    close: () => {
      depth--;
      next = first;
      if (depth === 0) mostAsked = Math.min(MOST_BYTES, Math.max(mostAsked, asked));
    },
  };
}

/**
 * As `allocateUnset`: in the memory of results where a scope is open and there is room.
 *
 * @param least bytes from which on it is of use there.
 */
export function allocateResult(dtype: DType, length: number, least: number = leastBytes): FloatArray {
  const room = Math.ceil((length * Float32Array.BYTES_PER_ELEMENT) / ALIGNMENT) * ALIGNMENT;
  if (depth === 0 || dtype !== "float32" || room < least || areLargeArraysShared())
    return allocateUnset(dtype, length);
  asked += room;
  if (next === WORK_BYTES) reserve(Math.max(mostAsked, Math.min(room, MOST_BYTES)));
  if (buffer === undefined || next + room + ALIGNMENT > buffer.byteLength)
    return allocateUnset(dtype, length);
  const result = new Float32Array(buffer, next, length);
  next += room;
  return result;
}

/** Grows the memory. Where the engine refuses it stays as it is, and where there is no WebAssembly there is none. */
function reserve(bytes: number): void {
  try {
    const all = resultMemory();
    const missing = WORK_BYTES + bytes + ALIGNMENT - all.buffer.byteLength;
    if (missing > 0) all.grow(Math.ceil(missing / PAGE_BYTES));
  } catch {
    mostAsked = Math.max(0, (memory?.buffer.byteLength ?? 0) - WORK_BYTES - ALIGNMENT);
  }
  buffer = memory?.buffer;
}

/** Whether results may lie in the memory of results now: kernels that work there may read and write them in place. */
export function areResultsPlaced(): boolean {
  return depth > 0 && buffer !== undefined;
}

/** Where an entry lies in the memory of results, in bytes; undefined for arrays in other memory. */
export function addressOf(data: FloatArray, at = 0): number | undefined {
  return data.buffer === buffer ? data.byteOffset + at * data.BYTES_PER_ELEMENT : undefined;
}
