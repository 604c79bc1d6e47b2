/**
 * A lock file with an owner: two processes must not write one run folder at once. A lock whose owner no
 * longer lives is taken over, so a crash or a kill -9 never leaves a folder locked forever.
 */
import { randomUUID } from "node:crypto";
import { readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { SynthconvError } from "../core/index.js";
import { asFileError, systemCodeOf } from "./file-error.js";
import { displayPath, type FilePath, pathFromBytes } from "./file-path.js";
import { forgetTemporary, rememberTemporary } from "./temporary-files.js";

// Writing the owner takes microseconds; ten seconds cover a machine that swaps.
const UNWRITTEN_LOCK_LIFE_MS = 10_000;

/** Who holds a lock. */
export interface LockOwner {
  readonly pid: number;
  readonly host: string;
  /** When the lock was taken, ISO 8601. */
  readonly since: string;
  /** Tells a process from a later one with the same number; empty where the system does not say. */
  readonly processStart: string;
  /** Tells this lock from every other. */
  readonly token: string;
}

/** Another process holds the lock. */
export class LockError extends SynthconvError {
  readonly owner: LockOwner | undefined;

  constructor(path: FilePath, owner: LockOwner | undefined) {
    const holder =
      owner === undefined
        ? "a lock that is being taken"
        : `a lock of process ${owner.pid} on ${owner.host} since ${owner.since}`;
    super("LOCKED", {
      where: displayPath(path),
      expected: "no other process at work here",
      received: holder,
      repair: "Wait for it to end; if it ended with its machine, delete this file.",
    });
    this.owner = owner;
  }
}

export interface Lock {
  readonly owner: LockOwner;
  /** Gives the lock back; a second call does nothing. */
  release(): Promise<void>;
}

/**
 * Takes the lock file `path`.
 *
 * @throws {LockError} when a living process, or one on another machine, holds it.
 * @throws {FileError} when the file cannot be written.
 */
export async function acquireLock(path: FilePath): Promise<Lock> {
  const owner: LockOwner = {
    pid: process.pid,
    host: hostname(),
    since: new Date().toISOString(),
    processStart: (await processStart(process.pid)) ?? "",
    token: randomUUID(),
  };
  // Created again at the end: its holder may have given it back in the meantime.
  const taken = (await create(path, owner)) || (await takeOver(path, owner)) || (await create(path, owner));
  if (!taken) {
    throw new LockError(path, await readOwner(path));
  }
  rememberTemporary(path);
  return { owner, release: () => release(path, owner) };
}

async function create(path: FilePath, owner: LockOwner): Promise<boolean> {
  try {
    await writeFile(path, `${JSON.stringify(owner)}\n`, { flag: "wx" });
    return true;
  } catch (error) {
    if (systemCodeOf(error) === "EEXIST") return false;
    throw asFileError(error, path, "a place for a lock file");
  }
}

async function release(path: FilePath, owner: LockOwner): Promise<void> {
  forgetTemporary(path);
  if ((await readOwner(path))?.token === owner.token) await rm(path, { force: true });
}

/**
 * Replaces a stale lock. Whoever does so holds a second lock beside it, the claim, from the look at the stale
 * one to its replacement: else two that both saw the stale lock would replace each other's fresh one. The
 * claim becomes the new lock, by a rename, in one step.
 *
 * @returns whether the lock is ours now.
 */
async function takeOver(path: FilePath, owner: LockOwner): Promise<boolean> {
  const claim = pathFromBytes(Buffer.concat([Buffer.from(path), Buffer.from(".claim")]));
  if (!(await create(claim, owner))) {
    // Its holder was killed within a thousandth of a second; the next attempt finds the way free.
    if (!(await isYoung(claim))) await rm(claim, { force: true });
    return false;
  }
  if (await isStale(path)) {
    await rename(claim, path);
    return true;
  }
  await rm(claim, { force: true });
  return false;
}

async function isStale(path: FilePath): Promise<boolean> {
  const owner = await readOwner(path);
  return owner === undefined ? !(await isYoung(path)) : !(await isAlive(owner));
}

/** Whether a file may still be waiting for its process to write an owner into it, or is gone by now. */
async function isYoung(path: FilePath): Promise<boolean> {
  try {
    return Date.now() - (await stat(path)).mtimeMs < UNWRITTEN_LOCK_LIFE_MS;
  } catch {
    return true;
  }
}

async function readOwner(path: FilePath): Promise<LockOwner | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(path, "utf8"));
    return isOwner(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isOwner(value: unknown): value is LockOwner {
  if (typeof value !== "object" || value === null) return false;
  const { pid, host, since, processStart: start, token } = value as Record<string, unknown>;
  return Number.isSafeInteger(pid) && [host, since, start, token].every((text) => typeof text === "string");
}

async function isAlive(owner: LockOwner): Promise<boolean> {
  // Another machine's processes cannot be seen from here.
  if (owner.host !== hostname()) return true;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    return systemCodeOf(error) !== "ESRCH";
  }
  const start = await processStart(owner.pid);
  return start === undefined || owner.processStart === "" || start === owner.processStart;
}

/** Field 22 of /proc/PID/stat, in clock ticks since the machine started (proc(5)); Linux only. */
async function processStart(pid: number): Promise<string | undefined> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, "utf8");
    // The second field, the command's name in brackets, may itself hold spaces and brackets.
    return text.slice(text.lastIndexOf(")") + 2).split(" ")[19];
  } catch {
    return undefined;
  }
}
