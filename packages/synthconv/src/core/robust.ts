/** Statistics that a few wild values do not move. */

/** The standard deviation of normal numbers in their median absolute deviation. */
const DEVIATION = 1.4826;
/** Of Cauchy's weights, in standard deviations: 95 % as exact as squares where nothing disturbs (Holland and Welsch, 1977). */
const CAUCHY = 2.385;

/** Undefined of no values. */
export function median(values: Iterable<number>): number | undefined {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.floor(sorted.length / 2)];
}

/** The standard deviation that distances, of which none is below 0, let expect of what is not far off. */
export function robustDeviation(distances: Iterable<number>): number {
  return DEVIATION * (median(distances) ?? 0);
}

/** 1 at no distance, a half at 2.4 standard deviations, and less and less beyond. */
export function cauchyWeight(distance: number, deviation: number): number {
  return 1 / (1 + (distance / (CAUCHY * deviation)) ** 2);
}
