/**
 * The largest and the smallest of any number of values. `Math.max(...values)` puts every value on the stack: from
 * some 120,000 on it ends in "Maximum call stack size exceeded". NaN among the values gives NaN, as there.
 */

/** @param start what there is without values, and at least. */
export function largest(values: Iterable<number>, start: number = Number.NEGATIVE_INFINITY): number {
  let most = start;
  for (const value of values) most = Math.max(most, value);
  return most;
}

/** @param start what there is without values, and at most. */
export function smallest(values: Iterable<number>, start: number = Number.POSITIVE_INFINITY): number {
  let least = start;
  for (const value of values) least = Math.min(least, value);
  return least;
}
