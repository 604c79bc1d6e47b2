import "../autograd/backward.js";
import "../nn/modes.js";
import { RESULT } from "../autograd/kinds.js";
import { assertFinite } from "../autograd/non-finite.js";
import type { ScopeWords } from "../autograd/scope.js";
import { tidyAs } from "../autograd/tidy.js";
import { check } from "../core/arguments.js";
import { ValueError } from "../core/errors.js";
import { NOT_NEGATIVE } from "../core/kinds.js";
import { RandomStream } from "../core/random.js";
import { currentBackend } from "../kernels/base/backend.js";
import { readCheckpoint, restoreCheckpoint, writeCheckpoint } from "./checkpoint.js";
import { clipGradientNorm, gradientNorm } from "./clip.js";
import type { HistoryRecord } from "./history-record.js";
import type { RunFacts } from "./kinds.js";
import { nonFiniteGradientError } from "./non-finite-gradient.js";
import { Plateau } from "./plateau.js";
import { schedules } from "./schedule.js";
import { checkTrainOptions, type TrainOptions, type TrainProgress } from "./train-options.js";
import { StepWatch } from "./watch.js";

export interface TrainResult {
  /** Steps done, also those before a resume. */
  readonly step: number;
  /** The last step's; undefined when there was no step left to do. */
  readonly loss: number | undefined;
  readonly reason: "finished" | "aborted" | "timeLimit";
}

// Between two pauses signals and timers wait; a pause costs about a millisecond.
const PAUSE_EVERY_MS = 100;

// Steps are alike, so that each computes in the memory of the one before: 0.7 times the processor time for pixelNetwork, then mse
// on 8 images of 256 x 256, 0.6 with a loss of four operations.
const STEP: ScopeWords = {
  name: "a step of trainLoop",
  repair:
    "Inside of the step, take a copy of what is to outlive it: x.item(), or tensor(x.data, { shape: x.shape }).",
};

/**
 * Trains: loss, backward, clipping, update, until the steps are done, the time is over or the signal aborts.
 *
 * Each step runs inside of `tidy`: results of its operations are refused after it, gradients at parameters stay.
 *
 * @throws {NonFiniteError} naming the operation that first made a loss or gradient that is not finite; the
 *   parameters then are those of the last good step, and no checkpoint is written.
 * @throws {ValueError} when an option is unknown or of another kind, the optimizer updates what the model does not hold, or
 *   the checkpoint is one of another run.
 * @throws {FormatError | VersionError | ShapeError} when the checkpoint cannot be read or does not fit.
 */
export async function trainLoop(options: TrainOptions): Promise<TrainResult> {
  checkTrainOptions(options);
  checkHeld(options);
  const { steps, timeLimit = Number.POSITIVE_INFINITY, signal, checkpoint, onProgress } = options;
  const { now = () => performance.now() } = options;
  const { model, optimizer, schedule } = options;
  const plateau = schedule instanceof Plateau ? schedule : undefined;
  const run = { model, optimizer, facts: factsOf(options), plateau };
  const first = options.resume === undefined ? 0 : restore(options.resume, run);
  const start = now();
  let lastPause = start;
  let lastSaved = first;
  let loss: number | undefined;

  const save = async (step: number): Promise<void> => {
    if (checkpoint === undefined || lastSaved === step) return;
    await checkpoint.save(writeCheckpoint(run, step), step);
    lastSaved = step;
  };
  const end = async (step: number, reason: TrainResult["reason"]): Promise<TrainResult> => {
    for (const parameter of options.optimizer.parameters) assertFinite("end of training", parameter);
    await save(step);
    return { step, loss, reason };
  };

  for (let step = first; step < steps; step++) {
    const elapsed = (now() - start) / 1000;
    if (signal?.aborted) return end(step, "aborted");
    if (elapsed >= timeLimit) return end(step, "timeLimit");
    const byTime = first + (elapsed / timeLimit) * (steps - first);
    const record = tidyAs(STEP, () => trainStep(options, step, Math.max(step, byTime)));
    ({ loss } = record);
    options.history?.(record);
    const time = now();
    onProgress?.(progressOf(record, { steps, first, seconds: (time - start) / 1000, timeLimit }));
    if (checkpoint !== undefined && (step + 1) % checkpoint.every === 0) await save(step + 1);
    if (time - lastPause >= PAUSE_EVERY_MS) {
      await pause();
      lastPause = now();
    }
  }
  return end(Math.max(first, steps), "finished");
}

/** One update; `position` is where the schedule stands. */
function trainStep(options: TrainOptions, step: number, position: number): HistoryRecord {
  const { optimizer, steps, seed, clip, watch, schedule = schedules.constant() } = options;
  const where = `training step ${step}`;
  optimizer.zeroGrad();
  options.model.keyRandom({ seed, step });
  const random = (purpose: string): RandomStream => new RandomStream({ seed, purpose, step });
  const loss = options.step({ step, steps, random });
  check("trainLoop", "step's result", loss, RESULT);
  assertFinite(where, loss);
  loss.backward();
  const watched = watch !== undefined && step % watch.every === 0 ? new StepWatch(watch, options) : undefined;
  const norm =
    clip === undefined ? gradientNorm(optimizer.parameters) : clipGradientNorm(optimizer.parameters, clip);
  const factor = schedule instanceof Plateau ? schedule.factor : schedule(position);
  check("trainLoop", "schedule's result", factor, NOT_NEGATIVE);
  const learningRate = optimizer.learningRate * factor;
  const record = { step, loss: loss.item(), learningRate, gradientNorm: norm };
  if (!Number.isFinite(norm)) {
    if (watch !== undefined) new StepWatch(watch, options).refuse(record);
    throw nonFiniteGradientError(where, loss);
  }
  optimizer.step({ learningRate });
  if (schedule instanceof Plateau) schedule.observeStep(record.loss);
  watched?.end(record);
  return record;
}

function restore(bytes: Uint8Array, run: Parameters<typeof restoreCheckpoint>[1]): number {
  const saved = readCheckpoint(bytes, "checkpoint");
  restoreCheckpoint(saved, run);
  return saved.step;
}

function factsOf({ optimizer, seed, schedule = schedules.constant(), clip, facts }: TrainOptions): RunFacts {
  return {
    ...facts,
    // Another one rounds otherwise: the run would end on bits that neither machine gives alone.
    backend: currentBackend(),
    seed: String(seed),
    optimizer: optimizer.description,
    schedule: schedule.description,
    clip: clip === undefined ? "none" : String(clip),
  };
}

function progressOf(
  { step, loss, learningRate }: HistoryRecord,
  { steps, first, seconds, timeLimit }: { steps: number; first: number; seconds: number; timeLimit: number },
): TrainProgress {
  const done = step + 1;
  // A clock may stand still during a short first step; the rate is unknown then.
  const rate = seconds > 0 ? (done - first) / seconds : 0;
  const byRate = rate > 0 ? (steps - done) / rate : Number.POSITIVE_INFINITY;
  return { step: done, steps, rate, timeLeft: Math.min(byRate, timeLimit - seconds), loss, learningRate };
}

/** Lets signals, timers and the page's events have their turn. */
function pause(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}

/** @throws {ValueError} when the optimizer updates what the model does not hold. */
function checkHeld({ model, optimizer }: TrainOptions): void {
  const held = new Set(model.parameters());
  const stranger = optimizer.parameters.find((parameter) => !held.has(parameter));
  if (stranger === undefined) return;
  throw new ValueError({
    where: "trainLoop optimizer",
    expected: "parameters that the model holds",
    received: `${stranger.label}, which it does not`,
    repair: "Make the optimizer from model.parameters(), after model.to(dtype).",
  });
}
