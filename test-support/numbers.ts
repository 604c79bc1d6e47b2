/** Random numbers for tests, the same on every run. */
import { RandomStream } from "../packages/synthconv/src/core/index.js";

/** Uniform in `low` to `high`; the same purpose and seed give the same numbers. */
export function uniformNumbers(
  length: number,
  purpose: string,
  { low = 0, high = 1, seed = 13 } = {},
): Float32Array {
  const random = new RandomStream({ seed, purpose });
  return Float32Array.from({ length }, () => low + (high - low) * random.uniform());
}

/** Normal, of mean 0 and standard deviation 1. */
export function normalNumbers(length: number, purpose: string, { seed = 11 } = {}): Float32Array {
  const random = new RandomStream({ seed, purpose });
  return Float32Array.from({ length }, () => random.normal());
}

/** The largest difference of two arrays of the same length; NaN where either holds one. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) throw new Error(`lengths ${a.length} and ${b.length}`);
  let largest = 0;
  // Math.max keeps a NaN.
  for (let i = 0; i < a.length; i++)
    largest = Math.max(largest, Math.abs((a[i] as number) - (b[i] as number)));
  return largest;
}

/** The largest difference as a share of the largest expected number; NaN where either holds one. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  const difference = largestDifference(actual, expected);
  let largest = 0;
  for (let i = 0; i < expected.length; i++) largest = Math.max(largest, Math.abs(expected[i] as number));
  return difference === 0 ? 0 : difference / largest;
}
