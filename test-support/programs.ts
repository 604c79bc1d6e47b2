/** Other programs, which tests ask for a second opinion. */
import { spawnSync } from "node:child_process";

/**
 * What a program prints.
 *
 * @param input what it reads from its standard input.
 * @throws {Error} with what it says on stderr, where it is absent or fails.
 */
export function outputOf(command: string, args: readonly string[], input?: NodeJS.ArrayBufferView): Buffer {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    maxBuffer: 1 << 30,
    ...(input !== undefined && { input }),
  });
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr}`);
  return stdout;
}

/** The same as text. */
export function textOf(command: string, args: readonly string[]): string {
  return outputOf(command, args).toString("utf8");
}
