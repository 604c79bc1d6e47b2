import type { FloatArray } from "../core/float-array.js";

// After FNV-1a, 32 bits (Fowler, Noll and Vo; draft-eastlake-fnv).
const OFFSET_BASIS = 0x811c9dc5;
const PRIME = 0x01000193;

/**
 * A number that arrays of different bits share only by a chance of 1 in 4 billion.
 *
 * @param stride 1, or more to look at every so many words of an array alone.
 */
export function fingerprint(values: FloatArray, stride = 1): number {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.byteLength / 4);
  let hash = OFFSET_BASIS;
  // A word at a time; the shift brings its upper bits, which a product carries only upwards, down again.
  for (let i = 0; i < words.length; i += stride) {
    hash = Math.imul(hash ^ (words[i] as number), PRIME);
    hash ^= hash >>> 15;
  }
  return hash >>> 0;
}

/** Who overwrites numbers seldom spares most of them: of a large array some, evenly chosen. */
export function sampledFingerprint(values: FloatArray): number {
  return fingerprint(values, Math.ceil(values.length / MAX_PRINTED));
}

const MAX_PRINTED = 65_536;
