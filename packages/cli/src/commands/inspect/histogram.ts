/** The distribution of a tensor's entries, as numbers and as one line of block characters. */

export interface Histogram {
  /** The lower edge of the first bin and the upper edge of the last; bins are equally wide. */
  readonly minimum: number;
  readonly maximum: number;
  /** Entries a bin. */
  readonly counts: readonly number[];
}

export interface Distribution {
  readonly count: number;
  /** Entries that are NaN or infinite; the rest of the figures are about the others. */
  readonly nonFinite: number;
  readonly mean: number;
  /** Standard deviation over the entries (divided by their number). */
  readonly std: number;
  readonly histogram: Histogram;
}

/** @param bins 1 or more; entries that are all equal share one bin, the middle one. */
export function distribution(values: Float32Array, bins: number): Distribution {
  const finite = values.filter((value) => Number.isFinite(value));
  const minimum = finite.reduce((least, value) => Math.min(least, value), finite[0] ?? 0);
  const maximum = finite.reduce((most, value) => Math.max(most, value), finite[0] ?? 0);
  const mean = finite.length > 0 ? sumOf(finite) / finite.length : 0;
  const variance = finite.length > 0 ? sumOf(finite, (value) => (value - mean) ** 2) / finite.length : 0;
  const counts = new Array<number>(bins).fill(0);
  const width = (maximum - minimum) / bins;
  for (const value of finite) {
    const bin = width > 0 ? Math.min(Math.floor((value - minimum) / width), bins - 1) : Math.floor(bins / 2);
    counts[bin] = (counts[bin] as number) + 1;
  }
  return {
    count: values.length,
    nonFinite: values.length - finite.length,
    mean,
    std: Math.sqrt(variance),
    histogram: { minimum, maximum, counts },
  };
}

const LEVELS = { unicode: "▁▂▃▄▅▆▇█", ascii: ".:-=+*%#" };

/** One character per bin: a space for none, then the higher the more; the fullest bin reaches the top. */
export function histogramLine({ counts }: Histogram, characters: keyof typeof LEVELS): string {
  const levels = LEVELS[characters];
  const top = Math.max(...counts);
  return counts
    .map((count) => (count === 0 ? " " : levels[Math.ceil((count / top) * levels.length) - 1]))
    .join("");
}

function sumOf(values: Float32Array, of: (value: number) => number = (value) => value): number {
  // In float64: a typed array's own map would round every term.
  let sum = 0;
  for (const value of values) sum += of(value);
  return sum;
}
