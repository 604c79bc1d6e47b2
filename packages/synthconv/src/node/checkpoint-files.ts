/** The checkpoints in a run's folder: what they are called, and the last that can be read. */
import { rename } from "node:fs/promises";
import { FormatError } from "../core/index.js";
import { type Checkpoint, readCheckpoint } from "../train/index.js";
import { asFileError, FileError } from "./file-error.js";
import { displayPath, type FilePath, joinPath } from "./file-path.js";
import { readRegularFile } from "./regular-file.js";

// Digits that keep names in the order of their steps in a listing.
const STEP_DIGITS = 9;
const CHECKPOINT_NAME = /^checkpoint-(\d+)\.safetensors$/;

/** A checkpoint as the folder holds it. */
export interface SavedCheckpoint {
  readonly path: FilePath;
  readonly bytes: Uint8Array;
  readonly checkpoint: Checkpoint;
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

/** @returns undefined where there is none. */
export async function lastGoodCheckpoint(
  folder: FilePath,
  steps: readonly number[],
  onDamaged: ((message: string) => void) | undefined,
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

/** Under a name that nobody takes for a good one. */
export async function putAside(path: FilePath): Promise<void> {
  try {
    await rename(path, Buffer.concat([Buffer.from(path), Buffer.from(".damaged")]));
  } catch (error) {
    throw asFileError(error, path, "a damaged file that can be renamed");
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
