/**
 * Floating point memory that threads share, lent to one photo after another. Threads hold what they were once sent until
 * they collect garbage, which idle threads hardly ever do: with two new arrays for each photo with a profile, a folder of
 * 2,000 photos kept 1.5 MB of each.
 */
import { sharedFloats } from "synthconv/look";

const idle: Float32Array[] = [];

/**
 * Lends an array to `work` until its promise settles.
 *
 * @param length at least; lent arrays are reused where they are long enough.
 * @param work receives numbers of any value, and must not keep the array.
 */
export async function withSharedFloats<Result>(
  length: number,
  work: (floats: Float32Array) => Promise<Result>,
): Promise<Result> {
  const at = idle.findIndex((floats) => floats.length >= length);
  const floats = idle.splice(at, at < 0 ? 0 : 1)[0] ?? sharedFloats(length);
  try {
    return await work(floats);
  } finally {
    idle.push(floats);
  }
}
