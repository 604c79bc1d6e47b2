/** A disk whose k-th operation fails: failing-disk.c, compiled and preloaded into the command line. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { TestContext } from "vitest";
import { need } from "../../../../test-support/needs.js";
import { type Outcome, outcomeOf, program } from "../commands/support.js";

/** Kinds of operations, as the log names them: open, read, write, names (rename, mkdir, ...), look, sync, close. */
const ALL = "orwnlsc";

export interface FaultKind {
  readonly name: string;
  /** 0: a read or write that transfers half. */
  readonly errno: number;
  /** The operations that it can happen to: a full disk does not refuse to read. */
  readonly fits: string;
  /** Whether it stays from then on. */
  readonly stays: boolean;
}

const { ENOSPC, EIO, EACCES, EMFILE, EINTR } = constants.errno;

export const FAULT_KINDS: readonly FaultKind[] = [
  { name: "ENOSPC", errno: ENOSPC, fits: "own", stays: false },
  { name: "ENOSPC that stays", errno: ENOSPC, fits: "w", stays: true },
  { name: "EIO", errno: EIO, fits: ALL, stays: false },
  { name: "EIO that stays", errno: EIO, fits: ALL, stays: true },
  { name: "EACCES", errno: EACCES, fits: "onl", stays: false },
  { name: "EMFILE", errno: EMFILE, fits: "o", stays: false },
  { name: "EINTR", errno: EINTR, fits: "orwsc", stays: false },
  { name: "SHORT", errno: 0, fits: "rw", stays: false },
];

export interface Fault {
  readonly kind: FaultKind;
  /** Which operation, from 1. */
  readonly at: number;
}

/** Skips (fails under CI) where there is no compiler or no preloading. */
export function needFailingDisk(context: TestContext, folder: string): string {
  const isLinux = process.platform === "linux";
  need(context, isLinux, "a failing disk is preloaded as on Linux: this system has no LD_PRELOAD");
  const library = join(folder, "failing-disk.so");
  if (existsSync(library)) return library;
  const source = fileURLToPath(new URL("failing-disk.c", import.meta.url));
  const args = ["-O1", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", library, source];
  const { status, error, stderr } = spawnSync("cc", [...args, "-ldl", "-lpthread"], { encoding: "utf8" });
  need(context, error === undefined, "no C compiler (cc) for the failing disk");
  if (status !== 0) throw new Error(`failing-disk.c does not compile: ${stderr}`);
  return library;
}

/** What a process is started with, so that the disk below a folder fails; its children have the same disk. */
export function failingDiskEnvironment(
  library: string,
  folder: string,
  { kind, at }: Fault,
  log?: string,
): NodeJS.ProcessEnv {
  return {
    LD_PRELOAD: library,
    // libuv's other way to the disk does not go through the C library.
    UV_USE_IO_URING: "0",
    FAULT_ROOT: folder,
    FAULT_AT: String(at),
    FAULT_ERRNO: String(kind.errno),
    FAULT_FITS: kind.fits,
    FAULT_STAYS: kind.stays ? "1" : "0",
    ...(log !== undefined && { FAULT_LOG: log }),
  };
}

/**
 * Runs a command line in a folder, the disk of which fails.
 *
 * @param log a file that receives the operations.
 */
export function runOnFailingDisk(
  library: string,
  folder: string,
  args: readonly string[],
  fault: Fault,
  log?: string,
): Promise<Outcome & { signal: string | null }> {
  const env = { ...process.env, ...failingDiskEnvironment(library, folder, fault, log) };
  return outcomeOf(
    spawn(process.execPath, [program, ...args], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] }),
  );
}

/** An operation of a run: its number, from 1, and its kind. */
export interface Operation {
  readonly at: number;
  readonly kind: string;
}

/** The operations of a run; of many equal ones in a row (the lines of a history) the first, one in the middle, the last. */
export function operationsIn(log: string): Operation[] {
  const lines = readFileSync(log, "utf8").trimEnd().split("\n");
  const described = lines.map((line) => line.slice(line.indexOf(" ") + 1));
  const operations: Operation[] = [];
  for (let first = 0; first < lines.length; ) {
    let last = first;
    while (described[last + 1] === described[first]) last++;
    for (const index of new Set([first, (first + last) >> 1, last])) {
      operations.push({ at: index + 1, kind: described[index]?.[0] ?? "" });
    }
    first = last + 1;
  }
  return operations;
}
