/**
 * Temporary files that must not outlive the process: removed when it exits, also by SIGINT, SIGTERM or SIGHUP.
 * (SIGKILL cannot be caught: it leaves the temporary behind, never a half-written output.)
 */
import { rmSync } from "node:fs";
import type { FilePath } from "./file-path.js";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const pending = new Set<FilePath>();
let watcher: ((paths: readonly FilePath[]) => void) | undefined;

/**
 * Tells `onChange` of all temporaries whenever there is one more or one less: a thread that is stopped cannot remove
 * its own.
 */
export function watchTemporaries(onChange: (paths: readonly FilePath[]) => void): void {
  watcher = onChange;
}

/** Removes `path` at the end of the process unless {@link forgetTemporary} is called first. */
export function rememberTemporary(path: FilePath): void {
  if (pending.size === 0) {
    process.on("exit", removeAll);
    for (const signal of SIGNALS) process.on(signal, endBySignal);
  }
  pending.add(path);
  watcher?.([...pending]);
}

export function forgetTemporary(path: FilePath): void {
  pending.delete(path);
  watcher?.([...pending]);
  if (pending.size === 0) stopListening();
}

function removeAll(): void {
  for (const path of pending) {
    try {
      rmSync(path, { force: true });
    } catch {
      // The process is ending: there is nobody left to tell, and the next file still has its turn.
    }
  }
}

/**
 * A program that listens to the signal itself decides when to end, and ends through "exit". Where nobody else
 * listens, Node's default (to end at once) is what our listener took away, so we give it back.
 */
function endBySignal(signal: NodeJS.Signals): void {
  if (process.listenerCount(signal) > 1) return;
  removeAll();
  stopListening();
  process.kill(process.pid, signal);
}

function stopListening(): void {
  process.off("exit", removeAll);
  for (const signal of SIGNALS) process.off(signal, endBySignal);
}
