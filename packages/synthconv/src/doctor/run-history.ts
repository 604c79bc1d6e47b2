import { check } from "../core/arguments.js";
import { isPlainObject } from "../core/describe-value.js";
import { isListOf, type Kind, kind } from "../core/kinds.js";
import { type EventRecord, firstEvent, writeEvents } from "../format/events/index.js";
import type { Checkpoint, HistoryRecord, WatchedStep } from "../train/index.js";
import {
  factsEvent,
  readHistoryEvents,
  recordEvent,
  stepEvent,
  type WatchedHistory,
} from "./history-events.js";

/** What a run's folder says about its training. */
export interface RunHistory {
  /** Every step, in order; empty where the run kept no history. */
  readonly records: readonly HistoryRecord[];
  /** Newest first, those that could be read. */
  readonly checkpoints: readonly Checkpoint[];
  /** Undefined where no step was watched. */
  readonly watched: WatchedHistory | undefined;
  /** The event file that `watched` was read from; empty where there is none. */
  readonly events: readonly EventRecord[];
}

// What they hold was written, or checked when it was read.
const RECORD = kind<object>("a record", isPlainObject);
const CHECKPOINT = kind<Checkpoint>("a checkpoint", (value) => {
  return isPlainObject(value) && value.model instanceof Map && value.optimizer instanceof Map;
});
const STEP = kind<object>(
  "a watched step",
  (value) => isPlainObject(value) && value.parameters instanceof Map,
);
const isWatched = (value: unknown): boolean =>
  isPlainObject(value) && isListOf(RECORD, value.parameters) && isListOf(STEP, value.steps);
const RUN: Kind<RunHistory> = kind(
  "the history of a run",
  (value) => {
    if (!isPlainObject(value) || !("watched" in value)) return false;
    const { records, checkpoints, watched, events } = value;
    const areRecords = isListOf(RECORD, records) && isListOf(RECORD, events);
    return areRecords && isListOf(CHECKPOINT, checkpoints) && (watched === undefined || isWatched(watched));
  },
  () => "readRun(folder) and WatchRecorder.history() make it.",
);

/** @throws {ValueError} when it is no history of a run. */
export function checkRun(where: string, run: RunHistory): void {
  check(where, "run", run, RUN);
}

/**
 * Keeps the watched steps of a training that has no folder: `record` is what `trainLoop`'s option `watch` calls.
 */
export class WatchRecorder {
  readonly #events: EventRecord[] = [];

  readonly record = (step: WatchedStep): void => {
    const wallTime = Date.now() / 1000;
    if (this.#events.length === 0) this.#events.push(firstEvent(wallTime), factsEvent(step, wallTime));
    this.#events.push(stepEvent(step, wallTime));
  };

  /** What was recorded so far; `diagnoseRun` and the reports take it. */
  history(): RunHistory {
    const watched = readHistoryEvents(this.#events, "WatchRecorder");
    return { records: [], checkpoints: [], watched, events: [...this.#events] };
  }
}

/**
 * A TensorBoard event file of the run: its watched steps, or the scalars of every step where none was watched.
 * Its name must contain `tfevents` for TensorBoard to find it.
 */
export function tensorBoardFile(run: RunHistory): Uint8Array<ArrayBuffer> {
  checkRun("tensorBoardFile", run);
  const { records, events } = run;
  if (events.length > 0) return writeEvents(events);
  const wallTime = Date.now() / 1000;
  return writeEvents([firstEvent(wallTime), ...records.map((record) => recordEvent(record, wallTime))]);
}
