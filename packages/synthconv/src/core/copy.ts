/** Copies between arrays, shared or not; kernels copy what they work on in and out of their memory by it. */
import { noteChoice } from "./choices.js";

export type TypedArray = Float32Array | Float64Array | Uint8Array | Uint8ClampedArray | Uint16Array;

/** What is used of Node's Buffer; the library also runs where Node's types are absent. */
interface Bytes extends Uint8Array {
  copy(target: Uint8Array, targetStart: number, start: number, end: number): number;
}

interface BytesConstructor {
  from(memory: ArrayBufferLike): Bytes;
}

// Engines copy shared memory word by word in `set`, as JavaScript's memory model has it; Node's Buffer moves it like any
// other memory. 16 MB of shared memory in chunks of 32 KB: 0.49 ms with set, 0.28 with Buffer, 0.30 with set where the memory
// is not shared (Node 24; 0.92, 0.54 and 0.36 with Node 20). The loss of 3-3-3, 12 megapixels, two threads: 25 for 27.6 ms.
const { Buffer: NodeBuffer, SharedArrayBuffer: SharedMemory } = globalThis as {
  readonly Buffer?: BytesConstructor;
  readonly SharedArrayBuffer?: SharedArrayBufferConstructor;
};

// Below it the way through Buffer costs more than it saves.
const MIN_BYTES = 4096;
// Entries of a Buffer at most (Node 20).
const MAX_BYTES = 2 ** 32;

const bytesOfMemory = new WeakMap<ArrayBufferLike, Bytes>();

/** Copies entries [start, end) of an array to those from `at` on of another, as `set` does. */
export function copyEntries(from: TypedArray, start: number, end: number, to: TypedArray, at: number): void {
  const { BYTES_PER_ELEMENT: size } = from;
  if (NodeBuffer === undefined || (end - start) * size < MIN_BYTES || !isForBuffer(from, to)) {
    noteChoice("copy", "set");
    to.set(from.subarray(start, end), at);
    return;
  }
  noteChoice("copy", "Buffer");
  const source = bytesOf(NodeBuffer, from.buffer);
  const offset = from.byteOffset;
  source.copy(
    bytesOf(NodeBuffer, to.buffer),
    to.byteOffset + at * size,
    offset + start * size,
    offset + end * size,
  );
}

function isForBuffer(from: TypedArray, to: TypedArray): boolean {
  const isShared =
    SharedMemory !== undefined && (from.buffer instanceof SharedMemory || to.buffer instanceof SharedMemory);
  // Bytes do not become other numbers on their way.
  if (!isShared || from.constructor !== to.constructor) return false;
  return from.buffer.byteLength < MAX_BYTES && to.buffer.byteLength < MAX_BYTES;
}

function bytesOf(bytesFrom: BytesConstructor, memory: ArrayBufferLike): Bytes {
  let bytes = bytesOfMemory.get(memory);
  if (bytes === undefined) {
    bytes = bytesFrom.from(memory);
    bytesOfMemory.set(memory, bytes);
  }
  return bytes;
}

/** Copies lines of `width` numbers, whose starts are `fromStride` and `toStride` apart. */
export function copyLines(
  from: TypedArray,
  fromStart: number,
  fromStride: number,
  to: TypedArray,
  toStart: number,
  toStride: number,
  lines: number,
  width: number,
): void {
  if (lines === 0 || width === 0) return;
  if ((fromStride === width && toStride === width) || lines === 1) {
    copyEntries(from, fromStart, fromStart + lines * width, to, toStart);
    return;
  }
  for (let line = 0; line < lines; line++) {
    copyRun(from, fromStart + line * fromStride, to, toStart + line * toStride, width);
  }
}

// A view costs as much as copying about 32 numbers one by one.
const SHORT_RUN = 32;

export function copyRun(
  from: TypedArray,
  fromStart: number,
  to: TypedArray,
  toStart: number,
  width: number,
): void {
  if (width > SHORT_RUN) {
    copyEntries(from, fromStart, fromStart + width, to, toStart);
    return;
  }
  for (let i = 0; i < width; i++) to[toStart + i] = from[fromStart + i] as number;
}
