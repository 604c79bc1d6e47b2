/** The network as it should be: what the fully connected layers write goes into the convolutions as values. */
import { fitLook } from "synthconv/fit";
import type { TrainAsk } from "../../protocol/index.js";
import { CHECKPOINT_EVERY, type Learner } from "./learner.js";
import type { Lesson } from "./lesson.js";

export function wholeLearner(ask: TrainAsk, { training, tests, styles, testedOn, source }: Lesson): Learner {
  const { knobs, settings, resume } = ask;
  const { channels, generator, steps, seed } = settings;
  return async (hooks) => {
    let gradientNorm = 0;
    const { look, result } = await fitLook(training, {
      ...{ knobs, channels, steps, seed, source },
      ...(styles !== undefined && { styles: styles.map((name) => ({ name })) }),
      ...(knobs.length > 0 && { generator: { hidden: generator, activation: "relu" } }),
      ...(resume !== undefined && { resume }),
      test: { on: testedOn, examples: tests },
      signal: hooks.signal,
      history: (record) => {
        gradientNorm = record.gradientNorm;
      },
      watch: {
        every: hooks.watchEvery,
        record: hooks.onWatched,
      },
      checkpoint: { every: CHECKPOINT_EVERY, save: hooks.onCheckpoint },
      onProgress: ({ step, rate, timeLeft, loss }, model) => {
        hooks.onStep(
          { step, steps, rate, timeLeft, loss, gradientNorm },
          {
            networkAt: (condition) => model.networkAt(condition),
            toLook: () => model.toLook(),
          },
        );
      },
    });
    const isFinished = result.reason === "finished";
    return { isFinished, step: result.step, look };
  };
}
