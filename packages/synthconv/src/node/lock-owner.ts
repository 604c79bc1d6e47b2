/** Who holds a lock, and whether that counts. */
import { hostname } from "node:os";
import { check, type Kind, kind, optional, SynthconvError } from "../core/index.js";
import { displayPath, type FilePath } from "./file-path.js";
import { checkPath } from "./kinds.js";
import { isProcessAlive } from "./process-identity.js";

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

const OWNER: Kind<LockOwner | undefined> = optional(kind("the owner of a lock", isOwner));

/** Another process holds the lock. */
export class LockError extends SynthconvError {
  readonly owner: LockOwner | undefined;

  constructor(path: FilePath, owner: LockOwner | undefined) {
    checkPath("LockError", path);
    check("LockError", "owner", owner, OWNER);
    super("LOCKED", {
      where: displayPath(path),
      expected: "no other process at work here",
      ...refusalOf(path, owner),
    });
    this.owner = owner;
  }
}

function refusalOf(path: FilePath, owner: LockOwner | undefined): { received: string; repair: string } {
  if (owner === undefined) {
    return { received: "a lock that others are about to take", repair: "Wait for them to end." };
  }
  const { pid, host, since } = owner;
  const received = `a lock of process ${pid} on ${host} since ${since}`;
  const repair =
    host === hostname()
      ? `Wait for it to end, or end it (kill ${pid}).`
      : `Wait for it to end; if it no longer runs on ${host}, delete ${displayPath(path)}.`;
  return { received, repair };
}

/** The owner that a lock's text names; undefined where it is empty or damaged. */
export function ownerIn(text: string): LockOwner | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isOwner(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isOwner(value: unknown): value is LockOwner {
  if (typeof value !== "object" || value === null) return false;
  const { pid, host, since, processStart: start, token } = value as Record<string, unknown>;
  const hasNumber = Number.isSafeInteger(pid) && (pid as number) > 0;
  return hasNumber && [host, since, start, token].every((text) => typeof text === "string");
}

/** Whether its process has ended. */
export function isDead({ host, pid, processStart }: LockOwner): boolean {
  // Another machine's processes cannot be seen from here.
  return host === hostname() && !isProcessAlive(pid, processStart);
}
