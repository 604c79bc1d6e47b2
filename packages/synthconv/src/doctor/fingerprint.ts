import type { FloatArray } from "../core/float-array.js";

// FNV-1a, 32 bits (Fowler, Noll and Vo; draft-eastlake-fnv).
const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

/** A number that arrays of different bits share only by a chance of 1 in 4 billion. */
export function fingerprint(values: FloatArray): number {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  let hash = OFFSET_BASIS;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, PRIME);
  return hash >>> 0;
}
