/** When threads pay for a training. */
import { FIT_DEFAULTS } from "synthconv/fit";
import { operationsPerPixel } from "synthconv/internal";
import { type ThreadOptions, useThreads } from "../../frame/threads.js";

/** The library cuts a batch into slices of 8192 colours: a smaller one is one thread's work. */
const MIN_THREADED_BATCH = 2 * 8192;
/** Operations of a training step in those of a forward pass. */
const TRAINING_COST = 2.5;

interface TrainingSize extends ThreadOptions {
  readonly channels?: number;
  readonly hidden?: number;
  readonly steps?: number;
  readonly batch: number;
}

export async function useThreadsToTrain(options: TrainingSize): Promise<void> {
  const { channels, hidden, steps, batch } = { ...FIT_DEFAULTS, ...options };
  if (batch < MIN_THREADED_BATCH) return;
  const widths = [3, ...Array.from({ length: hidden }, () => channels), 3];
  const layers = widths.slice(1).map((outputs, index) => ({ inputs: widths[index] as number, outputs }));
  await useThreads(options, steps * batch * TRAINING_COST * operationsPerPixel(layers));
}
