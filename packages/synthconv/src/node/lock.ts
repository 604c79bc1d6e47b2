/**
 * A lock file with an owner: two processes must not write one run folder at once. A lock is never there without
 * its owner written in it, and one whose owner no longer lives is taken over: no crash, kill -9 or full disk
 * leaves a folder locked forever.
 */
import { randomUUID } from "node:crypto";
import { link, rename, truncate, unlink, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { setTimeout } from "node:timers/promises";
import { asFileError, FileError, systemCodeOf } from "./file-error.js";
import { type FilePath, folderOf, joinPath, pathFromBytes } from "./file-path.js";
import { checkPath } from "./kinds.js";
import { temporaryName } from "./leftovers.js";
import { isDead, LockError, type LockOwner, ownerIn } from "./lock-owner.js";
import { processStart } from "./process-identity.js";
import { readRegularFile } from "./regular-file.js";
import { forgetTemporary, rememberTemporary } from "./temporary-files.js";

export interface Lock {
  readonly owner: LockOwner;
  /** Gives the lock back; a second call does nothing. Never fails: what remains of it blocks nobody. */
  release(): Promise<void>;
}

// A stale lock changes hands in some milliseconds; others that want it wait for that, a fifth of a second at most.
const ATTEMPTS = 20;
const PAUSE_MS = 10;

/**
 * Takes the lock file `path`. One that is empty or damaged has no owner, and is taken over like a dead owner's.
 *
 * @throws {LockError} when a living process, or one on another machine, holds it.
 * @throws {FileError} when the file cannot be read or written.
 */
export async function acquireLock(path: FilePath): Promise<Lock> {
  checkPath("acquireLock", path);
  const owner: LockOwner = {
    pid: process.pid,
    host: hostname(),
    since: new Date().toISOString(),
    processStart: processStart(process.pid),
    token: randomUUID(),
  };
  for (let attempt = 1; ; attempt++) {
    if ((await create(path, owner)) || (await takeOver(path, owner))) {
      rememberTemporary(path);
      return { owner, release: () => release(path, owner) };
    }
    const holder = await holderOf(path);
    if (typeof holder === "object" && !isDead(holder)) throw new LockError(path, holder);
    if (attempt === ATTEMPTS) throw new LockError(path, undefined);
    await setTimeout(PAUSE_MS);
  }
}

/** The file systems (exFAT, some network shares) that have no second names for a file. */
const HAS_NO_LINKS = new Set(["EPERM", "ENOSYS", "ENOTSUP", "EOPNOTSUPP", "EMLINK"]);

/**
 * Written under another name and then linked: a lock is there with its owner or not at all, whatever the disk
 * has no room for and whenever the process is killed.
 *
 * @returns false where there is one already.
 */
async function create(path: FilePath, owner: LockOwner): Promise<boolean> {
  const text = `${JSON.stringify(owner)}\n`;
  const temporary = joinPath(folderOf(path), temporaryName());
  rememberTemporary(temporary);
  try {
    await writeFile(temporary, text, { flag: "wx" });
    await link(temporary, path);
    return true;
  } catch (error) {
    const code = systemCodeOf(error);
    if (code === "EEXIST") return false;
    if (code !== undefined && HAS_NO_LINKS.has(code)) return createInPlace(path, text, owner);
    throw asFileError(error, path, EXPECTED);
  } finally {
    await unlink(temporary).catch(() => undefined);
    forgetTemporary(temporary);
  }
}

const EXPECTED = "a place for a lock file";

async function createInPlace(path: FilePath, text: string, owner: LockOwner): Promise<boolean> {
  try {
    await writeFile(path, text, { flag: "wx" });
  } catch (error) {
    if (systemCodeOf(error) === "EEXIST") return false;
    await unlink(path).catch(() => undefined);
    throw asFileError(error, path, EXPECTED);
  }
  // While it was empty, another one may have taken it over.
  const holder = await holderOf(path);
  return typeof holder === "object" && holder.token === owner.token;
}

async function release(path: FilePath, owner: LockOwner): Promise<void> {
  const holder = await holderOf(path).catch(() => "unreadable" as const);
  // It is removed at the end of the process, and nobody else can have it before that.
  if (holder === "unreadable") return;
  if (typeof holder !== "object" || holder.token !== owner.token) return forgetTemporary(path);
  try {
    await unlink(path);
    forgetTemporary(path);
  } catch {
    // Where it cannot be removed it is emptied, and where that fails removed at the end of the process.
    await truncate(path).catch(() => undefined);
  }
}

/**
 * Replaces a stale lock. Whoever does so holds a second lock beside it, the claim, from the look at the stale
 * one to its replacement: else two that both saw the stale lock would replace each other's fresh one. The
 * claim becomes the new lock, by a rename, in one step.
 *
 * @returns whether the lock is ours now.
 */
async function takeOver(path: FilePath, owner: LockOwner): Promise<boolean> {
  const claim = claimOf(path);
  if (!(await create(claim, owner))) {
    // Its holder was killed in the milliseconds that a claim lives; the next attempt finds the way free.
    if (isStale(await holderOf(claim))) await unlink(claim).catch(() => undefined);
    return false;
  }
  try {
    if (isStale(await holderOf(path))) {
      await rename(claim, path);
      return true;
    }
  } catch (error) {
    await unlink(claim).catch(() => undefined);
    throw asFileError(error, path, EXPECTED);
  }
  await unlink(claim).catch(() => undefined);
  return false;
}

/** The claim on a stale lock, which is only there while the lock changes hands. */
export function claimOf(path: FilePath): FilePath {
  return pathFromBytes(Buffer.concat([Buffer.from(path), Buffer.from(".claim")]));
}

type Holder = LockOwner | "nobody" | "gone";

/** @throws {FileError} when the file is there and cannot be read. */
async function holderOf(path: FilePath): Promise<Holder> {
  try {
    const bytes = await readRegularFile(path, "a lock file");
    return ownerIn(bytes.toString("utf8")) ?? "nobody";
  } catch (error) {
    if (error instanceof FileError && error.systemCode === "ENOENT") return "gone";
    throw error;
  }
}

function isStale(holder: Holder): boolean {
  return typeof holder === "object" ? isDead(holder) : holder === "nobody";
}
