/** Trains a model for some steps under observation. */
import { Parameter } from "../autograd/parameter.js";
import type { Tensor } from "../autograd/tensor.js";
import type { CallSite } from "../core/call-site.js";
import { gradientNorm } from "../train/clip.js";
import { Optimizer } from "../train/optimizer.js";
import { StepWatch, type WatchedStep } from "../train/watch.js";
import { Births } from "./births.js";
import { GradientWatch } from "./gradient-watch.js";
import { type KeptNumbers, keptNumbersIn, keptOn, readsToKeep } from "./kept-numbers.js";
import { heldParameters, type Subject } from "./observed-loss.js";
import { type ObservedStep, observeStep } from "./observed-step.js";
import { type RateSetting, RateWatch, type StepRate } from "./rate-setting.js";
import { type ParameterSeries, SeriesRecorder } from "./series.js";
import { operationsOf } from "./way.js";

export interface WatchedSteps {
  readonly first: ObservedStep;
  readonly last: ObservedStep;
  readonly series: ReadonlyMap<string, ParameterSeries>;
  readonly losses: readonly number[];
  readonly births: Births;
  readonly writeSites: ReadonlyMap<string, CallSite>;
  /** The rates that the loss itself gave optimizers, the last of each. */
  readonly rateSettings: ReadonlyMap<Optimizer, RateSetting>;
  /** The largest rate with which each optimizer stepped, by step. */
  readonly rates: ReadonlyMap<Optimizer, readonly StepRate[]>;
  /** All that came into a run from outside, in any of the steps. */
  readonly usedInputs: ReadonlySet<Tensor>;
  /** Numbers that the first step read and later ones are computed with. */
  readonly kept: readonly KeptNumbers[];
  /** The operations of each step. */
  readonly ways: readonly string[];
}

/**
 * The parameters and the optimizers are left as the last step made them.
 *
 * @param record is told of every step, as `trainLoop` tells its watch.
 */
export function watchSteps(
  subject: Subject,
  steps: number,
  record: (step: WatchedStep) => void = () => {},
): WatchedSteps {
  const rates = new RateWatch();
  for (const optimizer of subject.optimizers) rates.watch(optimizer);
  try {
    return { ...watched(subject, steps, record, rates), rateSettings: rates.settings, rates: rates.history };
  } finally {
    rates.end();
  }
}

function watched(
  subject: Subject,
  steps: number,
  record: (step: WatchedStep) => void,
  rates: RateWatch,
): Omit<WatchedSteps, "rateSettings" | "rates"> {
  const births = new Births();
  const recorder = new SeriesRecorder(births);
  const gradients = new GradientWatch();
  let first: ObservedStep | undefined;
  let reads: ReturnType<typeof readsToKeep> | undefined;
  let kept: readonly KeptNumbers[] = [];
  const ways: string[] = [];
  for (let index = 0; ; index++) {
    // What the first step keeps, later ones do not show; those after it tell a cache from what is read again.
    const isNoting = index === 0 || (index <= 2 && reads !== undefined && reads.size > 0);
    const step = observeStep(subject, index, births, gradients, isNoting);
    for (const optimizer of subject.innerOptimizers.keys()) rates.watch(optimizer);
    recorder.add(step);
    first ??= step;
    ways.push(operationsOf(step.trace));
    reads ??= readsToKeep(step);
    if (index === 1) kept = keptNumbersIn(step, reads);
    if (index === 2) kept = keptOn(kept, keptNumbersIn(step, reads));
    for (const { optimizer, rate, site } of step.trace.innerSteps)
      if (optimizer instanceof Optimizer) rates.note(index, optimizer, rate, site);
    const isGood = update(subject, step, rates, (watched, isRefused) => {
      recorder.end(watched, isRefused);
      record(watched);
    });
    if (isGood && index + 1 < steps) continue;
    const { losses, writeSites, usedInputs } = recorder;
    return {
      first,
      last: step,
      series: recorder.series(),
      losses,
      births,
      writeSites,
      usedInputs,
      kept,
      ways,
    };
  }
}

/** @returns false where no update is possible, now and in every step to come. */
function update(
  subject: Subject,
  { index, loss, gradients, overwritten, refusal, badPullBacks, isOwnLoop, trace }: ObservedStep,
  rates: RateWatch,
  record: (step: WatchedStep, isRefused: boolean) => void,
): boolean {
  const { model, optimizers } = subject;
  const held = heldParameters(subject);
  const inner = trace.innerSteps
    .flatMap(({ parameters }) => parameters)
    .filter((one) => one instanceof Parameter);
  // Gradients that the loss itself left for its next run are its own.
  const isOwnBackward = !loss.requiresGrad && trace.propagatedFrom.size > 0;
  if (!isOwnLoop && !isOwnBackward) {
    for (const parameter of new Set([...model.parameters(), ...held])) {
      parameter.grad = parameter.trainable ? gradients.get(parameter) : undefined;
    }
  }
  const norm = isOwnLoop ? 0 : gradientNorm(held);
  const facts = {
    ...{ step: index, loss: loss.data[0] as number, gradientNorm: norm },
    learningRate: optimizers[0]?.learningRate ?? 0,
  };
  const isStopped = overwritten !== undefined || refusal !== undefined;
  const isBad = isStopped || badPullBacks.some(({ returned }) => returned !== undefined);
  const isRefused = isBad || !Number.isFinite(facts.loss) || !Number.isFinite(norm);
  const watch = new StepWatch(
    { every: 1, record: (watched) => record(watched, isRefused) },
    { model, optimizer: { parameters: [...held, ...inner] } },
  );
  if (isRefused) {
    watch.refuse(facts);
    return false;
  }
  if (!isOwnLoop)
    for (const optimizer of optimizers)
      if (!stepsInside(optimizer.parameters, trace)) rates.step(index, optimizer);
  watch.end(facts);
  return true;
}

/** An optimizer of the list that the loss steps by itself is not stepped a second time. */
function stepsInside(parameters: readonly Parameter[], { innerSteps }: ObservedStep["trace"]): boolean {
  return innerSteps.some((step) => step.parameters === parameters);
}
