/**
 * A training run on disk: `checkpoint-<steps>.safetensors` (the last two good ones), `history.jsonl`, an event
 * file where steps are watched, and a lock while a process works there. Whatever kills that process, and
 * whenever, the last good checkpoint stays.
 */
import { unlink } from "node:fs/promises";
import {
  ANY_FLOATS,
  BOOLEAN,
  BYTES,
  check,
  checkOptions,
  type Fields,
  FormatError,
  FUNCTION,
  type Kind,
  kind,
  listOf,
  optional,
  SHAPE,
  ValueError,
  whole,
} from "../core/index.js";
import type { HistoryRecord, WatchedParameter, WatchedStep } from "../train/index.js";
import { makeFolder, writeFileAtomically } from "./atomic-write.js";
import {
  checkpointName,
  checkpointSteps,
  lastGoodCheckpoint,
  putAside,
  type SavedCheckpoint,
} from "./checkpoint-files.js";
import { EVENT_FILE_NAME, EventWriter } from "./event-file.js";
import { FileError } from "./file-error.js";
import { type FilePath, joinPath } from "./file-path.js";
import { HISTORY_FILE_NAME, HistoryWriter } from "./history-file.js";
import { checkPath, RECORD } from "./kinds.js";
import { removeLeftovers } from "./leftovers.js";
import { acquireLock, claimOf, type Lock } from "./lock.js";
import { namesInRun } from "./run-names.js";

/** One to go on from, and one in case the disk damaged that one. */
const KEPT_CHECKPOINTS = 2;
export interface OpenOptions {
  /** Continue a run that is there; otherwise the folder must not hold one. */
  readonly resume: boolean;
  /** Told about each damaged file; it is renamed to `*.damaged`, and the checkpoint before it is taken. */
  readonly onDamaged?: (message: string) => void;
}

const OPEN_OPTIONS: Fields<OpenOptions> = {
  resume: BOOLEAN,
  onDamaged: optional(FUNCTION) as Kind<OpenOptions["onDamaged"]>,
};
const asResume = (value: unknown): string | undefined =>
  value === undefined || typeof value === "boolean" ? `Write { resume: ${value ?? false} }.` : undefined;

const WATCHED: Fields<WatchedStep> = {
  ...RECORD,
  parameters: listOf(
    kind<WatchedParameter>("a watched parameter", isWatched),
    "a list of watched parameters, as trainLoop gives it to watch.record",
  ),
};

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
    // Only TypeScript knows that the constructor is private.
    if (parts === undefined) throw notOpened();
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
    checkPath("RunFolder.open", path);
    checkOptions("RunFolder.open", options, OPEN_OPTIONS, { repair: asResume });
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
    checkOptions("RunFolder.appendHistory", record, RECORD, { name: "record" });
    this.#history.append(record);
  }

  /**
   * Appends a watched step to the run's event file, made with the first one.
   *
   * @throws {FileError} when the system refuses.
   */
  appendWatched(step: WatchedStep): void {
    checkOptions("RunFolder.appendWatched", step, WATCHED, { name: "step" });
    this.#events ??= EventWriter.open(joinPath(this.path, EVENT_FILE_NAME), 0);
    this.#events.append(step);
  }

  /**
   * Writes a checkpoint whole or not at all, then removes all but the last two.
   *
   * @throws {FileError} when the system refuses; the earlier checkpoints are intact.
   */
  async saveCheckpoint(bytes: Uint8Array, step: number): Promise<void> {
    check("RunFolder.saveCheckpoint", "bytes", bytes, BYTES);
    check("RunFolder.saveCheckpoint", "step", step, whole(0));
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

function isWatched(one: unknown): boolean {
  const { name, parameter, value } = (one ?? {}) as Partial<WatchedParameter>;
  return typeof name === "string" && SHAPE.accepts(parameter?.shape) && ANY_FLOATS.accepts(value);
}

function notOpened(): ValueError {
  return new ValueError({
    where: "RunFolder",
    expected: "to be opened",
    received: "new RunFolder(...)",
    repair: "Write await RunFolder.open(path, { resume: false }).",
  });
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
