/** Reads what a training run left in its folder, or has so far: nothing is locked, changed or repaired. */
import { FormatError } from "../core/index.js";
import { readHistoryEvents } from "../doctor/history-events.js";
import type { RunHistory } from "../doctor/run-history.js";
import { type EventRecord, readEvents } from "../format/events/index.js";
import { type Checkpoint, readCheckpoint } from "../train/index.js";
import { checkpointName, checkpointSteps } from "./checkpoint-files.js";
import { EVENT_FILE_NAME } from "./event-file.js";
import { FileError } from "./file-error.js";
import { displayPath, type FilePath, joinPath } from "./file-path.js";
import { HISTORY_FILE_NAME, readHistory } from "./history-file.js";
import { checkPath } from "./kinds.js";
import { readRegularFile } from "./regular-file.js";
import { namesInRun } from "./run-names.js";

export interface ReadRun extends RunHistory {
  /** One sentence each: what could not be read, and was left out. */
  readonly warnings: readonly string[];
}

/**
 * @throws {FileError} when there is no such folder, or no run in it.
 * @throws {FormatError} when the history or an event before the last one is damaged.
 * @throws {VersionError} when a newer build wrote it.
 */
export async function readRun(path: FilePath): Promise<ReadRun> {
  checkPath("readRun", path);
  const names = await namesInRun(path);
  const warnings: string[] = [];
  const hasHistory = names.includes(HISTORY_FILE_NAME);
  const hasEvents = names.includes(EVENT_FILE_NAME);
  const steps = checkpointSteps(names);
  if (!hasHistory && !hasEvents && steps.length === 0) {
    throw new FileError({
      path,
      expected: "the folder of a training run",
      received: names.length === 0 ? "an empty folder" : "a folder without checkpoint, history or events",
      repair: "Keep a run with synthconv train --run <folder> or --watch <steps>, or by RunFolder.",
    });
  }
  const events = hasEvents ? await readEventFile(joinPath(path, EVENT_FILE_NAME), warnings) : [];
  return {
    records: hasHistory ? await readHistory(joinPath(path, HISTORY_FILE_NAME)) : [],
    checkpoints: await readCheckpoints(path, steps, warnings),
    watched: readHistoryEvents(events, displayPath(joinPath(path, EVENT_FILE_NAME))),
    events,
    warnings,
  };
}

async function readCheckpoints(
  folder: FilePath,
  steps: readonly number[],
  warnings: string[],
): Promise<Checkpoint[]> {
  const checkpoints: Checkpoint[] = [];
  for (const step of steps) {
    const path = joinPath(folder, checkpointName(step));
    try {
      checkpoints.push(
        readCheckpoint(await readRegularFile(path, "a readable checkpoint"), displayPath(path)),
      );
    } catch (error) {
      // A training at work removes its oldest checkpoint when it likes.
      if (error instanceof FileError && error.systemCode === "ENOENT") continue;
      if (!(error instanceof FormatError)) throw error;
      warnings.push(error.message);
    }
  }
  return checkpoints;
}

async function readEventFile(path: FilePath, warnings: string[]): Promise<readonly EventRecord[]> {
  const name = displayPath(path);
  const bytes = await readRegularFile(path, "a readable event file");
  const { events, tornBytes } = readEvents(bytes, name);
  if (tornBytes > 0) {
    warnings.push(
      `${name}: its last ${tornBytes} bytes are no whole event and were left out; the rest is good`,
    );
  }
  return events;
}
