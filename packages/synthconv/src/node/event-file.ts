/**
 * The watched steps of a training run, as a TensorBoard event file in its folder. One event per step, appended
 * whole; a process that is killed may leave half an event at the end, which is cut off when the run goes on.
 */

import { factsEvent, readHistoryEvents, stepEvent } from "../doctor/history-events.js";
import { firstEvent, readEvents, writeEvents } from "../format/events/index.js";
import type { WatchedStep } from "../train/index.js";
import { AppendFile } from "./append-file.js";
import { displayPath, type FilePath } from "./file-path.js";

/** TensorBoard looks for `tfevents` in the name. Its own names end in a time and a machine, which tell too much. */
export const EVENT_FILE_NAME = "events.out.tfevents.0.synthconv";

/** Appends watched steps to an event file. Open one at a time: run folders have a lock. */
export class EventWriter {
  readonly #file: AppendFile;

  private constructor(file: AppendFile) {
    this.#file = file;
  }

  /**
   * Opens the file, made when it does not exist, and cuts off everything from the event of step `step` on, and
   * a torn event.
   *
   * @throws {FormatError | VersionError} when an event is damaged or a newer build wrote the file.
   * @throws {FileError} when the system refuses.
   */
  static open(path: FilePath, step: number): EventWriter {
    return new EventWriter(AppendFile.open(path, (bytes) => keptLength(bytes, step, displayPath(path))));
  }

  /** @throws {FileError} when the system refuses (a full disk, say). */
  append(watched: WatchedStep): void {
    const wallTime = Date.now() / 1000;
    const events = [stepEvent(watched, wallTime)];
    if (this.#file.length === 0) events.unshift(firstEvent(wallTime), factsEvent(watched, wallTime));
    // In one piece: a file with a beginning has a whole step behind it.
    this.#file.append(writeEvents(events));
  }

  /** @throws {FileError} when the system refuses. */
  sync(): void {
    this.#file.sync();
  }

  close(): void {
    this.#file.close();
  }
}

/** Bytes up to the first event that is not before `step`; 0 where no watched step is left. */
function keptLength(bytes: Uint8Array, step: number, name: string): number {
  const { events, ends } = readEvents(bytes, name);
  const later = events.findIndex((event) => event.step >= step);
  const kept = later < 0 ? events.length : later;
  const history = readHistoryEvents(events.slice(0, kept), name);
  return history === undefined || history.steps.length === 0 ? 0 : (ends[kept - 1] as number);
}
