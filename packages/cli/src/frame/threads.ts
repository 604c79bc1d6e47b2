/** How many cores a command uses. */
import type { Command } from "commander";
import { startThreads } from "synthconv/look";
import { numberOption } from "./numbers.js";

export interface ThreadOptions {
  /** At most; undefined for all that the process may use. */
  readonly threads?: number;
}

// Starting a worker takes 40 to 100 ms, in which a photo is decoded. One thread needs 60 ms for this many: a second
// one saves about what its start has cost, and more with every further photo.
const LEAST_OPERATIONS = 2e9;

export function addThreadsOption(command: Command): void {
  command.addOption(
    numberOption(
      "--threads <count>",
      "threads at most (default: one for each core, where the work is large); results do not depend on it",
      { minimum: 1, maximum: 256, whole: true },
    ),
  );
}

/** Starts threads where the work that is about to come is large enough to pay for their start. */
export async function useThreads({ threads }: ThreadOptions, operations: number): Promise<void> {
  if (threads === 1 || operations < LEAST_OPERATIONS) return;
  await startThreads(threads === undefined ? {} : { threads });
}

/** Operations of one pixel through the layers, forward: a multiply-add counts as two. */
export function operationsOf(channels: readonly number[]): number {
  return channels.slice(1).reduce((sum, outputs, index) => sum + 2 * outputs * (channels[index] ?? 0), 0);
}
