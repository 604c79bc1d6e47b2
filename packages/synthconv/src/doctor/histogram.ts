/** What a histogram of a parameter, its gradient or its update is made of. */
export interface Histogram {
  /** Edges of the bins, ascending, one more than there are counts. */
  readonly edges: readonly number[];
  /** Finite entries from one edge to the next. */
  readonly counts: readonly number[];
  /** Entries that are NaN or infinite: counted apart, never in a bin. */
  readonly nonFinite: number;
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
