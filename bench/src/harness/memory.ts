/** How much memory a process really holds: its resident set, and the highest that it has been. */
import { readFileSync, writeFileSync } from "node:fs";

export interface ResidentSet {
  readonly current: number;
  /** Since the start of the process, or since `forgetPeak`. */
  readonly peak: number;
}

/**
 * Bytes of a process, from Linux' /proc; undefined on other systems.
 *
 * @param pid a process id, or "self".
 */
export function residentSet(pid: number | "self"): ResidentSet | undefined {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return { current: kilobytes(status, "VmRSS") * 1024, peak: kilobytes(status, "VmHWM") * 1024 };
  } catch {
    return undefined;
  }
}

function kilobytes(status: string, field: string): number {
  return Number(status.match(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m"))?.[1]);
}

/** Restarts the peak at what the process holds now (proc(5), clear_refs: 5). */
export function forgetPeak(pid: number | "self"): void {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, "5");
  } catch {
    // Another system: the peak is then that of the whole life of the process.
  }
}
