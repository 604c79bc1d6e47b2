/** How many cores a command uses. */
import type { Command } from "commander";
import { startThreads } from "synthconv/look";
import { numberOption } from "./numbers.js";

export interface ThreadOptions {
  /** At most; undefined for all that the process may use. */
  readonly threads?: number;
}

// What one thread does in 150 ms: a photo of 24 megapixels, K = 16, has 4.6e9. Starting a second thread takes 0.1 s of
// processor time, in which the photo is decoded. Measured there: the command in its own process 0.88 s for 0.92, and
// the look of every further photo 0.115 s for 0.18.
const MIN_OPERATIONS = 4e9;

export function addThreadsOption(command: Command): void {
  command.addOption(
    numberOption(
      "--threads <count>",
      "the most threads to use (default: one for each core, where the work is large); results do not depend on it",
      { minimum: 1, maximum: 256, whole: true },
    ),
  );
}

/**
 * Starts threads where the work is large enough to pay for their start.
 *
 * @param operations of the command, as far as they are known by now.
 */
export async function useThreads({ threads }: ThreadOptions, operations: number): Promise<void> {
  if (threads === 1 || operations < MIN_OPERATIONS) return;
  await startThreads(threads === undefined ? {} : { threads });
}
