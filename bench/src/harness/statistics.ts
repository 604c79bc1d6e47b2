/** Medians and their spread. A minimum flatters and a mean follows one bad round; medians do neither. */

/** What repeated measurements of one thing say. */
export interface Summary {
  readonly median: number;
  /** First and third quartile. */
  readonly lower: number;
  readonly upper: number;
  readonly count: number;
}

/**
 * The value below which a share of the values lies, interpolated between neighbours (Hyndman and Fan, "Sample
 * quantiles in statistical packages", 1996, definition 7: the one of numpy and R).
 *
 * @param share 0 to 1.
 * @returns NaN for no values.
 */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const position = share * (sorted.length - 1);
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  // Not for whole positions: the difference of two infinities is NaN.
  return below === above ? below : below + (position - Math.floor(position)) * (above - below);
}

export function summarise(values: readonly number[]): Summary {
  const [lower, median, upper] = [0.25, 0.5, 0.75].map((share) => quantile(values, share));
  return { median: median as number, lower: lower as number, upper: upper as number, count: values.length };
}

/**
 * `numerator[i] / denominator[i]` of the rounds that both took part in: what slows the machine down for a while
 * slows both, and most of it leaves the ratio.
 */
export function pairedRatios(numerator: readonly number[], denominator: readonly number[]): number[] {
  const rounds = Math.min(numerator.length, denominator.length);
  return Array.from({ length: rounds }, (_, i) => (numerator[i] as number) / (denominator[i] as number));
}

/** Intercept and slope of the line with the least squared error through points (x, y). */
export function fitLine(points: readonly (readonly [number, number])[]): {
  intercept: number;
  slope: number;
} {
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / points.length;
  const meanY = points.reduce((sum, [, y]) => sum + y, 0) / points.length;
  const covariance = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  const variance = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  const slope = covariance / variance;
  return { intercept: meanY - slope * meanX, slope };
}
