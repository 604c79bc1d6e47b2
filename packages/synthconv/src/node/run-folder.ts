/**
 * A training run on disk: `checkpoint-<steps>.safetensors` (the last two good ones), `history.jsonl`, an event
 * file where steps are watched, and a lock while a process works there. Whatever kills that process, and
 * whenever, the last good checkpoint stays.
 */
import { rename, unlink } from "node:fs/promises";
import { FormatError } from "../core/index.js";
import { type Checkpoint, type HistoryRecord, readCheckpoint, type WatchedStep } from "../train/index.js";
import { makeFolder, writeFileAtomically } from "./atomic-write.js";
import { EVENT_FILE_NAME, EventWriter } from "./event-file.js";
import { asFileError, FileError } from "./file-error.js";
import { displayPath, type FilePath, joinPath } from "./file-path.js";
import { HISTORY_FILE_NAME, HistoryWriter } from "./history-file.js";
import { removeLeftovers } from "./leftovers.js";
import { acquireLock, claimOf, type Lock } from "./lock.js";
import { readRegularFile } from "./regular-file.js";
import { namesInRun } from "./run-names.js";

/** One to go on from, and one in case the disk damaged that one. */
const KEPT_CHECKPOINTS = 2;
// Digits that keep names in the order of their steps in a listing.
const STEP_DIGITS = 9;
const CHECKPOINT_NAME = /^checkpoint-(\d+)\.safetensors$/;

/** A checkpoint as the folder holds it. */
export interface SavedCheckpoint {
  readonly path: FilePath;
  readonly bytes: Uint8Array;
  readonly checkpoint: Checkpoint;
}

export interface OpenOptions {
  /** Continue a run that is there; otherwise the folder must not hold one. */
  readonly resume: boolean;
  /** Told about each damaged file; it is renamed to `*.damaged`, and the checkpoint before it is taken. */
  readonly onDamaged?: (message: string) => void;
}

export class RunFolder {
  readonly path: FilePath;
  /** Where the run goes on; undefined at its beginning. */
  readonly resumeFrom: SavedCheckpoint | undefined;
  readonly #lock: Lock;
  readonly #history: HistoryWriter;
  /** Undefined until there is such a file. */
  #events: EventWriter | undefined;
  #isClosed = false;

  private constructor(
    path: FilePath,
    parts: Pick<RunFolder, "resumeFrom"> & {
      lock: Lock;
      history: HistoryWriter;
      events: EventWriter | undefined;
    },
  ) {
    this.path = path;
    this.resumeFrom = parts.resumeFrom;
    this.#lock = parts.lock;
    this.#history = parts.history;
    this.#events = parts.events;
  }

  /**
   * Opens a run's folder, made when it does not exist: takes its lock, finds the last good checkpoint and cuts
   * the history back to it.
   *
   * @throws {FileError} when the folder holds a run and `resume` is false, when all its checkpoints are
   *   damaged, or the system refuses.
   * @throws {LockError} when another process works there.
   * @throws {VersionError} when a newer build wrote the last checkpoint or the event file.
   */
  static async open(path: FilePath, options: OpenOptions): Promise<RunFolder> {
    await makeFolder(path);
    const lockPath = joinPath(path, "lock");
    const lock = await acquireLock(lockPath);
    let events: EventWriter | undefined;
    try {
      await removeLeftovers(path);
      // Left by a kill in the milliseconds that it lives: whoever holds the lock may remove it.
      await unlink(claimOf(lockPath)).catch(() => undefined);
      const steps = checkpointSteps(await namesInRun(path));
      if (!options.resume && steps.length > 0) {
        throw new FileError({
          path,
          expected: "a folder without a run in it",
          received: `a run of ${steps[0]} steps`,
          repair: "Resume it, or choose another folder.",
        });
      }
      const resumeFrom = await lastGoodCheckpoint(path, steps, options.onDamaged);
      const step = resumeFrom?.checkpoint.step ?? 0;
      events = await openEvents(path, step, options.onDamaged);
      const history = HistoryWriter.open(joinPath(path, HISTORY_FILE_NAME), step);
      return new RunFolder(path, { lock, history, events, resumeFrom });
    } catch (error) {
      events?.close();
      await lock.release();
      throw error;
    }
  }

  /** @throws {FileError} when the system refuses. */
  appendHistory(record: HistoryRecord): void {
    this.#history.append(record);
  }

  /**
   * Appends a watched step to the run's event file, made with the first one.
   *
   * @throws {FileError} when the system refuses.
   */
  appendWatched(step: WatchedStep): void {
    this.#events ??= EventWriter.open(joinPath(this.path, EVENT_FILE_NAME), 0);
    this.#events.append(step);
  }

  /**
   * Writes a checkpoint whole or not at all, then removes all but the last two.
   *
   * @throws {FileError} when the system refuses; the earlier checkpoints are intact.
   */
  async saveCheckpoint(bytes: Uint8Array, step: number): Promise<void> {
    this.#history.sync();
    this.#events?.sync();
    // Before it as well: processes that are killed right after each checkpoint would leave one more every time.
    await this.#removeOldCheckpoints();
    await writeFileAtomically(joinPath(this.path, checkpointName(step)), bytes);
    await this.#removeOldCheckpoints();
  }

  async #removeOldCheckpoints(): Promise<void> {
    const steps = checkpointSteps(await namesInRun(this.path));
    for (const old of steps.slice(KEPT_CHECKPOINTS)) {
      // One that cannot be removed now is removed with the next checkpoint.
      await unlink(joinPath(this.path, checkpointName(old))).catch(() => undefined);
    }
  }

  /** Closes the history and gives the lock back; a second call does nothing. Never fails. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#history.close();
    this.#events?.close();
    await this.#lock.release();
  }
}

/** What a checkpoint's file is called. */
export function checkpointName(step: number): string {
  return `checkpoint-${String(step).padStart(STEP_DIGITS, "0")}.safetensors`;
}

/** Steps of the checkpoints among the names of a folder's files, newest first. */
export function checkpointSteps(names: readonly string[]): number[] {
  const steps: number[] = [];
  for (const name of names) {
    const digits = CHECKPOINT_NAME.exec(name)?.[1];
    if (digits !== undefined) steps.push(Number(digits));
  }
  return steps.sort((a, b) => b - a);
}

async function lastGoodCheckpoint(
  folder: FilePath,
  steps: readonly number[],
  onDamaged: OpenOptions["onDamaged"],
): Promise<SavedCheckpoint | undefined> {
  const damaged: FilePath[] = [];
  for (const step of steps) {
    const path = joinPath(folder, checkpointName(step));
    const read = await readGood(path);
    if (typeof read === "string") {
      onDamaged?.(read);
      damaged.push(path);
      continue;
    }
    // Out of the way: these must not count as the newest ones when the next checkpoint is written.
    for (const one of damaged) await putAside(one);
    return read;
  }
  if (damaged.length === 0) return undefined;
  throw new FileError({
    path: folder,
    expected: "a checkpoint that can be read",
    received: `${damaged.length} damaged`,
    repair: "Choose another folder to start again.",
  });
}

async function putAside(path: FilePath): Promise<void> {
  try {
    await rename(path, Buffer.concat([Buffer.from(path), Buffer.from(".damaged")]));
  } catch (error) {
    throw asFileError(error, path, "a damaged file that can be renamed");
  }
}

/** The event file, cut back to the step, where there is one that can be read. */
async function openEvents(
  folder: FilePath,
  step: number,
  onDamaged: OpenOptions["onDamaged"],
): Promise<EventWriter | undefined> {
  if (!(await namesInRun(folder)).includes(EVENT_FILE_NAME)) return undefined;
  const path = joinPath(folder, EVENT_FILE_NAME);
  try {
    return EventWriter.open(path, step);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    onDamaged?.(error.message);
    await putAside(path);
    return undefined;
  }
}

/** The checkpoint, or the sentence that says why it cannot be read. */
async function readGood(path: FilePath): Promise<SavedCheckpoint | string> {
  try {
    const bytes = await readRegularFile(path, "a readable checkpoint");
    return { path, bytes, checkpoint: readCheckpoint(bytes, displayPath(path)) };
  } catch (error) {
    if (error instanceof FormatError) return error.message;
    throw error;
  }
}
