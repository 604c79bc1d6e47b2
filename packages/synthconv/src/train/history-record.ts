/** What is recorded of one step; a resumed run records the same numbers as an uninterrupted one. */
export interface HistoryRecord {
  /** Counts from 0. */
  readonly step: number;
  /** Before this step's update. */
  readonly loss: number;
  readonly learningRate: number;
  /** Of all gradients together, before clipping. */
  readonly gradientNorm: number;
}
