/**
 * The one WebAssembly memory that all kernels share. It is working space and nothing else: a kernel call lays
 * out its tiles from the start of it, copies the input in and the output out, and leaves nothing behind. Calls
 * are synchronous and do not nest, so two of them never use it at the same time.
 */

import { copyEntries } from "../../core/copy.js";
import { areResultsPlaced, type FloatArray, resultFloats, ValueError, WORK_BYTES } from "../../core/index.js";

const PAGE_BYTES = 65536;

// What the compiler of the kernels reserves at the start of every memory, and leaves alone: SPARE of assembly/simd.ts.
const FIRST_FREE_BYTE = 1024;

// Cache lines are 64 bytes: no vector of a region crosses one.
const ALIGNMENT = 64;

/** Of a float32 number. */
export const BYTES: number = Float32Array.BYTES_PER_ELEMENT;

let memory: WebAssembly.Memory | undefined;
let floats: Float32Array | undefined;

export function kernelMemory(): WebAssembly.Memory {
  memory ??= new WebAssembly.Memory({ initial: 1 });
  return memory;
}

/**
 * Grows the memory to a number of bytes, where it is smaller, and returns all of it as float32.
 *
 * @throws {ValueError} when the engine has no room: WebAssembly addresses 4 GB, of which kernels take a few MB.
 */
export function kernelFloats(byteLength: number): Float32Array {
  const shared = kernelMemory();
  const missing = byteLength - shared.buffer.byteLength;
  if (missing > 0) grow(shared, Math.ceil(missing / PAGE_BYTES));
  if (floats === undefined || floats.buffer !== shared.buffer) floats = new Float32Array(shared.buffer);
  return floats;
}

function grow(memory: WebAssembly.Memory, pages: number): void {
  try {
    memory.grow(pages);
  } catch (error) {
    const now = memory.buffer.byteLength;
    throw new ValueError(
      {
        where: "kernel memory",
        expected: `room for ${now} + ${pages} pages x ${PAGE_BYTES} = ${now + pages * PAGE_BYTES} bytes`,
        received: `a refusal of the engine (${error instanceof Error ? error.message : error})`,
        repair: 'Free memory, or use setBackend("reference"), which needs none.',
      },
      { cause: error },
    );
  }
}

/** Byte offsets of regions that follow each other in kernel memory, from their lengths in float32 numbers. */
export function layOut<Name extends string>(
  lengths: Record<Name, number>,
): { readonly start: Readonly<Record<Name, number>>; readonly end: number } {
  const start = {} as Record<Name, number>;
  let next = FIRST_FREE_BYTE;
  for (const name of Object.keys(lengths) as Name[]) {
    start[name] = next;
    next += Math.ceil((lengths[name] * Float32Array.BYTES_PER_ELEMENT) / ALIGNMENT) * ALIGNMENT;
  }
  return { start, end: next };
}

/** The memory that a call of a kernel works in. */
export interface WorkingMemory {
  readonly floats: Float32Array;
  /** Whether it is the memory of results, which are then read and written in place. */
  readonly hasResults: boolean;
}

/** That of results, in the room that is kept for kernels there, if the call has no need of more and there are results to read; else that of tiles. */
export function workingMemory(byteLength: number): WorkingMemory {
  const hasResults = areResultsPlaced() && byteLength <= WORK_BYTES;
  return { floats: hasResults ? resultFloats() : kernelFloats(byteLength), hasResults };
}

/** Bytes of a plane of whole groups of 8 pixels. */
export function bytesOfGroups(pixels: number): number {
  return Math.ceil(pixels / 8) * 8 * Float32Array.BYTES_PER_ELEMENT;
}

/** Copies `count` pixels of every plane, from pixel `first` on; those that fill up the last group of 8 become 0. */
export function copyPlanesIn(
  memory: Float32Array,
  pointer: number,
  planeBytes: number,
  planes: FloatArray,
  channels: number,
  pixels: number,
  first: number,
  count: number,
): void {
  for (let channel = 0; channel < channels; channel++) {
    const source = channel * pixels + first;
    const target = (pointer + channel * planeBytes) / Float32Array.BYTES_PER_ELEMENT;
    copyEntries(planes, source, source + count, memory, target);
    memory.fill(0, target + count, target + bytesOfGroups(count) / Float32Array.BYTES_PER_ELEMENT);
  }
}

/** Copies `count` pixels of every plane to the planes of an image, from pixel `first` on. */
export function copyPlanesOut(
  memory: Float32Array,
  pointer: number,
  planeBytes: number,
  planes: FloatArray,
  channels: number,
  pixels: number,
  first: number,
  count: number,
): void {
  for (let channel = 0; channel < channels; channel++) {
    const source = (pointer + channel * planeBytes) / Float32Array.BYTES_PER_ELEMENT;
    copyEntries(memory, source, source + count, planes, channel * pixels + first);
  }
}

/** The next multiple of a whole number. */
export function roundUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}
