/** The training itself: from a source to a look, with progress, history and checkpoints. */
import { type ErrorRecord, type FittedLook, fitLook, fitSteps } from "synthconv/fit";
import { Progress } from "synthconv/internal/node";
import type { CommandContext } from "../../frame/command.js";
import { InterruptedError } from "../../frame/failure.js";
import { useThreadsToTrain } from "./threads.js";
import { searchOptions, type TrainOptions } from "./train-options.js";
import { spaceOptions } from "./trained-spaces.js";
import type { TrainingRun } from "./training-run.js";
import type { TrainingSource } from "./training-source.js";

/** A checkpoint is forced to the disk, some 10 ms: one part in 25 of a default training, 250 ms per thousand steps. */
const STEPS_A_CHECKPOINT = 1000;

export async function fitSource(
  source: TrainingSource,
  options: TrainOptions,
  run: TrainingRun,
  { out, signal }: CommandContext,
): Promise<FittedLook & { readonly error: ErrorRecord }> {
  const { batch, loss, seed, timeLimit, watch } = options;
  const { knobs, styles, spaces } = source;
  const fit = {
    ...searchOptions(options),
    batch,
    loss,
    seed,
    knobs,
    styles,
    source: source.record,
    ...spaceOptions(spaces),
  };
  const progress = new Progress({
    label: "train",
    unit: "steps",
    total: fitSteps(source.training, fit),
    done: run.startStep,
    ...(timeLimit !== undefined && { timeLimit }),
    stream: out.stderr,
    silent: out.quiet,
    signal,
  });
  const resume = run.folder.resumeFrom?.bytes;
  await useThreadsToTrain({ ...options, batch: batch * Math.max(1, source.styles.length) });
  try {
    const fitted = await fitLook(source.training, {
      ...fit,
      test: { on: source.testedOn, examples: source.tests },
      signal,
      ...(timeLimit !== undefined && { timeLimit }),
      ...(resume !== undefined && { resume }),
      onProgress: ({ step, loss: now }) => progress.update(step, { loss: now.toExponential(2) }),
      history: (record) => run.folder.appendHistory(record),
      ...(watch !== undefined && {
        watch: { every: watch, record: (step) => run.folder.appendWatched(step) },
      }),
      checkpoint: {
        every: STEPS_A_CHECKPOINT,
        save: (bytes, step) => run.folder.saveCheckpoint(bytes, step),
      },
    });
    const { error } = fitted;
    if (fitted.result.reason === "aborted" || error === undefined) throw new InterruptedError();
    return { ...fitted, error };
  } finally {
    progress.finish();
  }
}
