import { type Arena, noteResult, usedMemory } from "./arena.js";
import { check } from "./arguments.js";
import { ValueError } from "./errors.js";
import { type Kind, oneOf, whole } from "./kinds.js";
import { newSharedMemory } from "./shared-memory.js";

/** Element types of tensors: kernels are float32; every reference also runs in float64. */
export type DType = "float32" | "float64";

export const DTYPE: Kind<DType> = oneOf(["float32", "float64"]);

export type FloatArray = Float32Array | Float64Array;

/**
 * Arrays from here on lie in shared memory while threads run. The smallest call that threads share has two slices
 * of 8192 pixels of one float32 channel; smaller arrays are weights and losses, which workers are sent as copies.
 */
export const MIN_SHARED_BYTES = 65_536;

let isSharing = false;

/** Zeros; in shared memory where threads may have use for it. */
export function allocate(dtype: DType, length: number): FloatArray {
  const type: new (data: number | SharedArrayBuffer) => FloatArray =
    dtype === "float32" ? Float32Array : Float64Array;
  const bytes = length * (dtype === "float32" ? 4 : 8);
  if (bytes >= MIN_SHARED_BYTES) keepFreedMemory();
  try {
    return new type(isSharing && bytes >= MIN_SHARED_BYTES ? newSharedMemory(bytes) : length);
  } catch (error) {
    throw noRoom(length, dtype, error);
  }
}

/**
 * Numbers of any value for a result, whose maker writes all of them: zeros cost as much as a sum of two arrays. They are what the
 * memory held before. Inside of `tidy` the memory is taken back at its end: what lives longer is made by `allocate`.
 */
export function allocateUnset(dtype: DType, length: number): FloatArray {
  const result = usedArray(dtype, length) ?? freshUnset(dtype, length);
  noteResult(result.buffer);
  return result;
}

/** The same numbers in memory that belongs to an arena, be it the innermost one or not. */
export function copyFor(arena: Arena, data: FloatArray): FloatArray {
  const dtype = dtypeOf(data);
  const copy = usedArray(dtype, data.length) ?? freshUnset(dtype, data.length);
  copy.set(data);
  arena.made.add(copy.buffer);
  return copy;
}

/** As `allocateUnset`, but zeros. */
export function allocateZeros(dtype: DType, length: number): FloatArray {
  const used = usedArray(dtype, length)?.fill(0);
  const result = used ?? allocate(dtype, length);
  noteResult(result.buffer);
  return result;
}

function usedArray(dtype: DType, length: number): FloatArray | undefined {
  if (isSharing) return undefined;
  const buffer = usedMemory(length * (dtype === "float32" ? 4 : 8));
  if (buffer === undefined) return undefined;
  return dtype === "float32" ? new Float32Array(buffer) : new Float64Array(buffer);
}

function freshUnset(dtype: DType, length: number): FloatArray {
  const bytes = length * (dtype === "float32" ? 4 : 8);
  if (isSharing || bytes < MIN_UNSET_BYTES || NodeBuffer === undefined) return allocate(dtype, length);
  keepFreedMemory();
  const { buffer } = NodeBuffer.allocUnsafeSlow(bytes);
  return dtype === "float32" ? new Float32Array(buffer) : new Float64Array(buffer);
}

/** What is used of Node's Buffer; the library also runs where Node's types are absent. */
const { Buffer: NodeBuffer } = globalThis as {
  readonly Buffer?: { allocUnsafeSlow(bytes: number): { readonly buffer: ArrayBuffer } };
};

// Below it zeros cost less than the way through Buffer.
const MIN_UNSET_BYTES = 16_384;

let isMemoryKept = false;

/**
 * The C library of Linux gives arrays back to the system when they are freed, and every page of the next one costs a fault:
 * 1.9 ms of processor time for 4 MB, of which writing them is 0.2. Once an array of almost 32 MB has been freed, it keeps
 * up to 64 MB of what is freed at the end of its heap, and the same takes 0.5 ms (glibc, mallopt(3), M_MMAP_THRESHOLD: dynamic
 * up to 32 MB, and twice as much for trimming). The array is dropped at once and never touched, so it costs no memory.
 */
function keepFreedMemory(): void {
  if (isMemoryKept) return;
  isMemoryKept = true;
  new ArrayBuffer(2 ** 25 - 2 ** 16);
}

/** Engines say "Invalid typed array length" of what is merely too large. */
function noRoom(length: number, dtype: DType, cause: unknown): ValueError {
  return new ValueError(
    {
      where: "a tensor's memory",
      expected: "no more numbers than there is room for",
      received: `${length} of ${dtype}`,
    },
    { cause },
  );
}

/** Whether `allocate` puts large arrays into shared memory: while threads run. */
export function shareLargeArrays(share: boolean): void {
  isSharing = share;
}

/** Whether it does so now. */
export function areLargeArraysShared(): boolean {
  return isSharing;
}

/**
 * Zeros for an image that threads work on together: float32 numbers in a SharedArrayBuffer, or in ordinary memory
 * where a page may not share any. Kernels take either; threads share only work whose images are all shared.
 *
 * Some functions of browsers refuse shared memory (ImageData, TextDecoder, crypto.subtle, WebGL uploads): give them a copy,
 * `array.slice()`.
 *
 * @throws {ValueError} when the length is no whole number, or there is no room for it.
 */
export function sharedFloats(length: number): Float32Array {
  check("sharedFloats", "length", length, whole(0));
  try {
    if (typeof SharedArrayBuffer === "undefined") return new Float32Array(length);
    return new Float32Array(newSharedMemory(length * Float32Array.BYTES_PER_ELEMENT));
  } catch (error) {
    throw noRoom(length, "float32", error);
  }
}

export function dtypeOf(data: FloatArray): DType {
  return data instanceof Float32Array ? "float32" : "float64";
}

/** The same numbers in this dtype, as `allocateUnset` makes results; the very array when it has it already. */
export function toDType(data: FloatArray, dtype: DType): FloatArray {
  if (dtypeOf(data) === dtype) return data;
  const converted = allocateUnset(dtype, data.length);
  converted.set(data);
  return converted;
}
