import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/**
 * Whether a program that a test needs is here. Where continuous integration runs it must be: the test then runs
 * and fails.
 */
export function hasTool(command: string): boolean {
  const found = spawnSync(command, ["-version"], { stdio: "ignore" }).error === undefined;
  if (!found) console.warn(`skipped: ${command} is not installed`);
  return found || process.env.CI !== undefined;
}

/** The folder of real photos and LUTs that lies beside some checkouts. */
export const sharedData: string = fileURLToPath(new URL("../../../../../shared/data", import.meta.url));

export function hasSharedData(): boolean {
  const found = existsSync(sharedData);
  if (!found) console.warn(`skipped: there is no folder ${sharedData}`);
  return found;
}
