/** The second part of a fit, told as one with the first: its steps, its time and its progress go on. */
import type { TrainOptions, TrainResult } from "../train/index.js";
import type { FitExample } from "./examples.js";
import type { LookModel } from "./look-model.js";
import type { Refinement } from "./quality.js";
import { refineLook } from "./refine-look.js";

export interface AfterAdam extends Pick<TrainOptions, "signal" | "timeLimit" | "onProgress"> {
  readonly refinement: Refinement;
  readonly seed: number;
  /** When the fit began, in milliseconds of `performance.now`. */
  readonly start: number;
  /** Steps of the whole fit. */
  readonly total: number;
}

/** Steps of Levenberg and Marquardt after those of Adam, counted on; nothing is left of a rate, so it is 0 there. */
export async function refineAfter(
  adam: TrainResult,
  model: LookModel,
  examples: readonly FitExample[],
  { refinement, seed, signal, timeLimit = Number.POSITIVE_INFINITY, onProgress, start, total }: AfterAdam,
): Promise<TrainResult> {
  let { loss } = adam;
  const began = performance.now();
  const reason = await refineLook(model, examples, {
    ...{ refinement, seed, signal },
    until: start + 1000 * timeLimit,
    onStep: (done, now) => {
      loss = now;
      const time = performance.now();
      // Of these steps alone: one takes as long as a hundred of Adam's.
      const rate = done / ((time - began) / 1000);
      const step = adam.step + done;
      const timeLeft = Math.min((total - step) / rate, timeLimit - (time - start) / 1000);
      onProgress?.({ step, steps: total, rate, timeLeft, loss: now, learningRate: 0 });
    },
  });
  return { step: adam.step, loss, reason };
}
