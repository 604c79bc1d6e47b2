/** Norms of large arrays, in one pass and without another array where all is usual. */
import type { FloatArray } from "../core/float-array.js";

export interface Sizes {
  readonly norm: number;
  readonly nonFinite: number;
}

export function sizesOf(values: FloatArray): Sizes;
export function sizesOf(values: FloatArray | undefined): Sizes | undefined;
export function sizesOf(values: FloatArray | undefined): Sizes | undefined {
  if (values === undefined) return undefined;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += (values[i] as number) * (values[i] as number);
  // Squares of small numbers are 0 before the numbers are; and what is not finite is counted where there is any.
  if (sum > MIN_SQUARES && sum < Number.POSITIVE_INFINITY) return { norm: Math.sqrt(sum), nonFinite: 0 };
  const finite = Array.from(values).filter((value) => Number.isFinite(value));
  const largest = finite.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const scaled = largest === 0 ? 0 : finite.reduce((total, value) => total + (value / largest) ** 2, 0);
  return { norm: largest * Math.sqrt(scaled), nonFinite: values.length - finite.length };
}

const MIN_SQUARES = 1e-200;

/** The size of `after - before`. */
export function changeOf(before: FloatArray, after: FloatArray): Sizes {
  let sum = 0;
  for (let i = 0; i < before.length; i++) {
    const change = (after[i] as number) - (before[i] as number);
    sum += change * change;
  }
  if (sum > MIN_SQUARES && sum < Number.POSITIVE_INFINITY) return { norm: Math.sqrt(sum), nonFinite: 0 };
  return sizesOf(before.map((value, i) => (after[i] as number) - value));
}

/** The sum of |gradient| |weight|: of a large parameter some entries, evenly chosen, say as much. */
export function reachOf(weights: FloatArray, gradient: FloatArray): number {
  const stride = Math.ceil(gradient.length / MAX_SAMPLED);
  let sum = 0;
  for (let i = 0; i < gradient.length; i += stride) {
    sum += Math.abs(gradient[i] as number) * Math.max(Math.abs(weights[i] as number), 0.1);
  }
  return sum * stride;
}

const MAX_SAMPLED = 65_536;
