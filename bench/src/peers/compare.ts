import type { Samples } from "./protocol.js";

/** Largest difference at which two engines count as having computed the same. */
export const TOLERANCE = 1e-4;

/**
 * The largest difference between two sets of numbers, relative to the largest number of its array; Infinity where
 * arrays or numbers are missing.
 */
export function largestDifference(expected: Samples, received: Samples): number {
  const differences = Object.entries(expected).map(([name, numbers]) => {
    const others = received[name] ?? [];
    if (others.length !== numbers.length) return Number.POSITIVE_INFINITY;
    const scale = Math.max(...numbers.map(Math.abs), Number.MIN_VALUE);
    return Math.max(...numbers.map((number, i) => relative(number, others[i], scale)));
  });
  return Math.max(...differences);
}

function relative(expected: number, received: number | undefined, scale: number): number {
  // JSON has no NaN: it arrives as null.
  const difference = Math.abs(expected - (received ?? Number.NaN)) / scale;
  return Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
}
