/** What became of the photos of a shard: a JSON line each. A whole record has no clock and no order of chance in it. */

import type { PlannedPhoto } from "./photo-list.js";
import { documentKey, type Plan, plannedState } from "./plan-folder.js";

export interface WrittenEntry {
  readonly output: string;
  /** See `stateKey`. */
  readonly state: string;
  readonly status: "written";
  readonly bytes: number;
  /** Of the output's bytes. */
  readonly sha256: string;
  readonly width: number;
  readonly height: number;
  readonly format: string;
  readonly warnings?: readonly string[];
}

export interface FailedEntry {
  readonly output: string;
  readonly state: string;
  readonly status: "failed";
  readonly input: string;
  readonly code: string;
  /** One line. */
  readonly message: string;
}

export type Entry = WrittenEntry | FailedEntry;

export function failedEntry(
  { output }: Pick<PlannedPhoto, "output">,
  { input, state }: Pick<FailedEntry, "input" | "state">,
  code: string,
  message: string,
): FailedEntry {
  return { output, state, status: "failed", input, code, message };
}

/** A record that is not whole: whether the worker that began it said that it gave the shard back. */
export interface BegunRecord {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly isGivenBack: boolean;
}

const GIVEN_BACK = JSON.stringify({ shard: "given back" });

export function serializeEntries(entries: Iterable<Entry>, isGivenBack = false): Buffer {
  const lines = Array.from(entries, (entry) => JSON.stringify(entry));
  if (isGivenBack) lines.push(GIVEN_BACK);
  return Buffer.from(lines.map((line) => `${line}\n`).join(""));
}

export function parseEntries(bytes: Uint8Array): Entry[] {
  const entries: Entry[] = [];
  for (const line of Buffer.from(bytes).toString("utf8").split("\n")) {
    const entry = entryIn(line);
    if (entry !== undefined) entries.push(entry);
  }
  return entries;
}

/** Undefined for what is none: a record that is lost costs time, never a photo. */
function entryIn(line: string): Entry | undefined {
  try {
    const entry = JSON.parse(line) as Partial<Entry>;
    return typeof entry.output === "string" && typeof entry.state === "string" ? (entry as Entry) : undefined;
  } catch {
    return undefined;
  }
}

/** The entries of a finished shard; undefined where it is not finished. */
export async function readResults({ name, destination }: Plan, shard: number): Promise<Entry[] | undefined> {
  const document = await destination.read(documentKey(name, "results", shard));
  return document && parseEntries(document.bytes);
}

/** What an earlier worker has left of a shard; undefined where none began it. */
export async function readBegun(
  { name, destination }: Plan,
  shard: number,
): Promise<BegunRecord | undefined> {
  const document = await destination.read(documentKey(name, "begun", shard));
  if (document === undefined) return undefined;
  const entries = new Map(parseEntries(document.bytes).map((entry) => [entry.output, entry]));
  return { entries, isGivenBack: document.bytes.toString("utf8").endsWith(`${GIVEN_BACK}\n`) };
}

export async function writeBegun(
  { name, destination }: Plan,
  shard: number,
  entries: Iterable<Entry>,
  isGivenBack = false,
): Promise<void> {
  await destination.write(documentKey(name, "begun", shard), serializeEntries(entries, isGivenBack));
}

/** The record of a whole shard, in its photos' order. Failures first: who sees results sees them too. */
export async function writeResults(plan: Plan, shard: number, entries: readonly Entry[]): Promise<void> {
  const { name, destination } = plan;
  const failures = entries.filter(({ status }) => status === "failed");
  const failuresKey = documentKey(name, "failures", shard);
  if (failures.length > 0) await destination.write(failuresKey, serializeEntries(failures));
  else await destination.remove([failuresKey]);
  await destination.write(documentKey(name, "results", shard), serializeEntries(entries));
  await removeBegun(plan, shard);
}

/** Of a shard that is finished. */
export async function removeBegun({ name, destination }: Plan, shard: number): Promise<void> {
  await destination.remove([documentKey(name, "begun", shard)]);
}

/** Whether an entry says that this photo, as it was planned, is done. */
export function isDone(plan: Plan, photo: PlannedPhoto, entry: Entry | undefined): entry is Entry {
  return entry?.state === plannedState(plan, photo);
}
