/**
 * Processes by their numbers. The system gives a number again: a process is told from a later one by when it
 * started, where the system says so (Linux).
 */
import { readFileSync } from "node:fs";
import { systemCodeOf } from "./file-error.js";

/** When a process started, in clock ticks since the machine did; empty where the system does not say. */
export function processStart(pid: number): string {
  return readStat(pid)?.start ?? "";
}

/** @param start what {@link processStart} said of the process when it lived. */
export function isProcessAlive(pid: number, start: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: there is one, of another user.
    if (systemCodeOf(error) === "ESRCH") return false;
  }
  const now = readStat(pid);
  if (now === undefined) return true;
  // A zombie has ended and only waits for its parent to ask how.
  return !"ZX".includes(now.state) && (start === "" || now.start === start);
}

/** Fields 3 and 22 of /proc/PID/stat (proc(5)). */
function readStat(pid: number): { state: string; start: string } | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field, the command's name in brackets, may itself hold spaces and brackets.
    const fields = text.slice(text.lastIndexOf(")") + 2).split(" ");
    const [state, start] = [fields[0], fields[19]];
    return state === undefined || start === undefined ? undefined : { state, start };
  } catch {
    return undefined;
  }
}
