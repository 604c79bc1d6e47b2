import type { Checkpoint, HistoryRecord } from "../train/index.js";
import type { WatchedHistory } from "./history-events.js";

/** What a run's folder tells of its training. */
export interface RunHistory {
  /** Every step, in order; empty where the run kept no history. */
  readonly records: readonly HistoryRecord[];
  /** Newest first, those that could be read. */
  readonly checkpoints: readonly Checkpoint[];
  /** Undefined where no step was watched. */
  readonly watched: WatchedHistory | undefined;
}
