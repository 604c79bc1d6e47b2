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
  readonly mean: number;
  /** Standard deviation over the entries (divided by their number). */
  readonly std: number;
  readonly histogram: Histogram;
}

/**
 * @param values finite, at least one.
 * @param bins 1 or more; entries that are all equal share one bin, the middle one.
 */
export function distribution(values: Float32Array, bins: number): Distribution {
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  let sum = 0;
  for (const value of values) {
    minimum = Math.min(minimum, value);
    maximum = Math.max(maximum, value);
    sum += value;
  }
  const mean = sum / values.length;
  const counts = new Array<number>(bins).fill(0);
  const width = (maximum - minimum) / bins;
  let squares = 0;
  for (const value of values) {
    squares += (value - mean) ** 2;
    const bin = width > 0 ? Math.min(Math.floor((value - minimum) / width), bins - 1) : Math.floor(bins / 2);
    counts[bin] = (counts[bin] as number) + 1;
  }
  const std = Math.sqrt(squares / values.length);
  return { count: values.length, mean, std, histogram: { minimum, maximum, counts } };
}

const BLOCKS = "▁▂▃▄▅▆▇█";

/** One character a bin: a space for none, then the higher the more; the fullest bin reaches the top. */
export function histogramLine({ counts }: Histogram): string {
  const top = Math.max(...counts);
  return counts
    .map((count) => (count === 0 ? " " : BLOCKS[Math.ceil((count / top) * BLOCKS.length) - 1]))
    .join("");
}
