import { check } from "../core/arguments.js";
import { NUMBERS } from "../core/kinds.js";
import { RunningSum } from "../core/sums.js";

/** What a histogram of a parameter, its gradient or its update is made of. */
export interface Histogram {
  /** Edges of the bins, ascending, one more than there are counts. Both edges are the value where all entries are equal. */
  readonly edges: readonly number[];
  /** Finite entries from one edge to the next. */
  readonly counts: readonly number[];
  /** Entries that are NaN or infinite: counted apart, never in a bin. */
  readonly nonFinite: number;
}

/** A histogram with what its bins no longer tell exactly. */
export interface MeasuredHistogram extends Histogram {
  /** Of the finite entries. */
  readonly sum: number;
  /** Of the finite entries: the square of their Euclidean norm. */
  readonly sumOfSquares: number;
}

/** What was drawn every few steps of a run. */
export interface HistogramRecord {
  /** Counts from 0. */
  readonly step: number;
  /** Dotted path of the parameter. */
  readonly parameter: string;
  readonly of: "value" | "gradient" | "update";
  readonly histogram: Histogram;
}

/** As many as TensorBoard draws of one histogram, and as `synthconv inspect` prints. */
const BINS = 32;

/**
 * Equally wide bins from the smallest to the largest finite entry. Entries that are not finite are counted
 * apart; no entry at all gives one empty bin at 0.
 */
export function measureHistogram(values: ArrayLike<number>): MeasuredHistogram {
  check("measureHistogram", "values", values, NUMBERS);
  const { minimum, maximum, finite, sum, sumOfSquares } = momentsOf(values);
  const nonFinite = values.length - finite;
  if (finite === 0) return { edges: [0, 0], counts: [0], nonFinite, sum: 0, sumOfSquares: 0 };
  if (minimum === maximum) {
    return { edges: [minimum, maximum], counts: [finite], nonFinite, sum, sumOfSquares };
  }
  const counts = countsOf(values, minimum, maximum);
  return { edges: edgesBetween(minimum, maximum), counts, nonFinite, sum, sumOfSquares };
}

function momentsOf(values: ArrayLike<number>): {
  minimum: number;
  maximum: number;
  finite: number;
  sum: number;
  sumOfSquares: number;
} {
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  let finite = 0;
  const sum = new RunningSum();
  const squares = new RunningSum();
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isFinite(value)) continue;
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
    finite++;
    sum.add(value);
    squares.add(value * value);
  }
  return { minimum, maximum, finite, sum: sum.value, sumOfSquares: squares.value };
}

function countsOf(values: ArrayLike<number>, minimum: number, maximum: number): number[] {
  const counts = new Array<number>(BINS).fill(0);
  // The range of doubles is twice as wide as a double can say.
  const scale = Number.isFinite(maximum - minimum) ? 1 : 0.5;
  const low = scale * minimum;
  const range = scale * maximum - low;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isFinite(value)) continue;
    const bin = Math.min(Math.floor(BINS * ((scale * value - low) / range)), BINS - 1);
    counts[bin] = (counts[bin] as number) + 1;
  }
  return counts;
}

function edgesBetween(minimum: number, maximum: number): number[] {
  const edges = [minimum];
  for (let edge = 1; edge < BINS; edge++) {
    const share = edge / BINS;
    const between = (1 - share) * minimum + share * maximum;
    // Neighbouring numbers have nothing between them, and rounding must not turn edges around.
    edges.push(Math.min(Math.max(between, edges[edge - 1] as number), maximum));
  }
  return [...edges, maximum];
}
