/** Tries learning rates out: a rate that is named as the repair has been seen to train. */
import { grad } from "../autograd/grad.js";
import type { Parameter } from "../autograd/parameter.js";
import type { Optimizer } from "../train/optimizer.js";
import { heldParameters, putBack, type Subject } from "./observed-loss.js";

const TRIED = [0.1, 0.03, 0.01, 0.003, 0.001, 3e-4, 1e-4, 1e-5, 1e-6] as const;
const STEPS = 8;
/** More entries than that make a trial slow: then no number is named. */
const MAX_ENTRIES = 100_000;

export function hasManyEntries(subject: Subject): boolean {
  return heldParameters(subject).reduce((sum, { size }) => sum + size, 0) > MAX_ENTRIES;
}

/**
 * Steps after which units that a lower rate only kills later are off, and a rate twice too high has left where it
 * began: of 56 rates that were named so for random networks (1 to 4 layers, SGD with and without momentum, Adam) none
 * diverged within 300 steps.
 */
const LONG = 100;

/** A rate with which the loss falls, and these parameters still have a gradient long after. */
export function livingRate(
  subject: Subject,
  isAllowed: (rate: number) => boolean,
  living: readonly Parameter[],
): number | undefined {
  const rate = workingRate(subject, isAllowed);
  const lower = TRIED.filter((one) => rate !== undefined && one <= rate).slice(0, MAX_LONG);
  return lower.find((one) => {
    let areAlive = false;
    const losses = trained(subject, LONG, {
      begin: subject.restart,
      isOver: () => false,
      update: (optimizer) => {
        areAlive = living.every((parameter) => parameter.grad?.data.some((value) => value !== 0));
        optimizer.step({ learningRate: one });
      },
    });
    return areAlive && (losses.at(-1) as number) < (losses[0] as number);
  });
}

const MAX_LONG = 3;

/**
 * The rate of those tried with which the loss falls furthest, none of its steps above where it began, and is still
 * below that long after.
 */
export function workingRate(
  subject: Subject,
  isAllowed: (rate: number) => boolean,
  tried: readonly Optimizer[] = subject.optimizers,
  decay = 0,
): number | undefined {
  if (hasManyEntries(subject) || subject.hasOwnOptimizer) return undefined;
  const well = TRIED.filter(isAllowed).flatMap((rate) => {
    const losses = trial(subject, rate, { tried, decay });
    return isBelowItsStart(losses) ? [{ rate, last: losses.at(-1) as number }] : [];
  });
  well.sort((a, b) => a.last - b.last);
  return well
    .slice(0, MAX_LONG)
    .find(({ rate }) => isBelowItsStart(trial(subject, rate, { tried, decay, steps: LONG })))?.rate;
}

/** Whether the loss fell, in no step above where it began; NaN is not below. */
function isBelowItsStart(losses: readonly number[]): boolean {
  const [first = Number.NaN, last = Number.NaN] = [losses[0], losses.at(-1)];
  return losses.every((loss) => loss <= first) && last < first;
}

/** The rate with which the loss falls when an optimizer takes nothing of the weights away: its own if that is one. */
export function undecayedRate(subject: Subject, optimizer: Optimizer, decay: number): number | undefined {
  const losses = trial(subject, optimizer.learningRate, { tried: [optimizer], decay });
  if (isBelowItsStart(losses)) return optimizer.learningRate;
  return workingRate(subject, (rate) => rate < optimizer.learningRate, [optimizer], decay);
}

/** The loss after a hundred steps from the start at a rate; NaN where it does not stay finite. */
export function lossLongAfter(subject: Subject, rate: number): number {
  const losses = trial(subject, rate, { tried: subject.optimizers, decay: 0, steps: LONG });
  return losses.every(Number.isFinite) ? (losses.at(-1) as number) : Number.NaN;
}

/** The highest of the rates that are tried and lie below another one. */
export function lowerRates(rate: number): number[] {
  return TRIED.filter((one) => one < rate).slice(0, MAX_LONG);
}

interface Trial {
  /** The optimizers that step at the rate; the others at their own. */
  readonly tried: readonly Optimizer[];
  /** What is given back after each step. */
  readonly decay: number;
  /** Default 8. */
  readonly steps?: number;
}

function trial(subject: Subject, learningRate: number, { tried, decay, steps = STEPS }: Trial): number[] {
  return trained(subject, steps, {
    begin: subject.restart,
    isOver: () => false,
    update: (optimizer) => {
      const isTried = tried.includes(optimizer);
      const before = isTried && decay > 0 ? optimizer.parameters.map(({ data }) => data.slice()) : [];
      optimizer.step(isTried ? { learningRate } : {});
      for (const [index, weights] of before.entries()) {
        const parameter = optimizer.parameters[index] as Parameter;
        parameter.assign(
          parameter.data.map((value, i) => value + learningRate * decay * (weights[i] as number)),
        );
      }
    },
  });
}

/** Trains on from where the watched steps ended, as they did; nothing where the model is large. */
export function lossesAsBefore(subject: Subject, steps: number): number[] {
  if (hasManyEntries(subject)) return [];
  return trained(subject, steps, {
    begin: () => {},
    isOver: () => false,
    update: (optimizer) => optimizer.step(),
  });
}

/**
 * Trains on from where the watched steps ended, until the loss is below a bound; nothing where the model is large.
 *
 * @param atBound called there, with the weights of then.
 */
export function lossesFurtherOn(
  subject: Subject,
  steps: number,
  bound: number,
  atBound: () => void,
): number[] {
  if (hasManyEntries(subject)) return [];
  const isOver = (loss: number): boolean => {
    if (loss < bound) atBound();
    return loss < bound;
  };
  return trained(subject, steps, { begin: () => {}, isOver, update: stepFast });
}

/** Whether a loss has an end is seen sooner at a rate that gets there. */
const FAST = 0.05;

function stepFast(optimizer: Optimizer): void {
  const isScaled = optimizer.description.startsWith("Adam");
  optimizer.step(isScaled ? { learningRate: Math.max(FAST, optimizer.learningRate) } : {});
}

interface Training {
  readonly begin: () => void;
  readonly isOver: (loss: number) => boolean;
  readonly update: (optimizer: Optimizer) => void;
  /** Whether the loss itself trains: it needs no other step. */
  readonly stepsItself?: boolean;
}

/**
 * Trains from the first step on, from other numbers.
 *
 * @param change gives parameters their other numbers.
 */
export function lossesFrom(subject: Subject, steps: number, change: () => void): number[] {
  const begin = (): void => {
    subject.restart();
    change();
  };
  return trained(subject, steps, { begin, isOver: () => false, update: (optimizer) => optimizer.step() });
}

/** The losses of some steps, and everything put back; NaN behind the last where the program cannot go on. */
export function trained(
  subject: Subject,
  steps: number,
  { begin, isOver, update, stepsItself = false }: Training,
): number[] {
  const restores = subject.optimizers.map((optimizer) => optimizer.snapshot());
  const losses: number[] = [];
  try {
    putBack(subject, () => {
      begin();
      for (let step = 0; step < steps; step++) {
        const loss = subject.loss();
        const value = loss.data[0] as number;
        losses.push(value);
        if (!Number.isFinite(value) || isOver(value)) break;
        if (stepsItself) continue;
        if (!loss.requiresGrad) break;
        const parameters = heldParameters(subject).filter(({ trainable }) => trainable);
        const gradients = grad(loss, parameters, { allowUnused: true });
        for (const [index, parameter] of parameters.entries()) parameter.grad = gradients[index];
        for (const optimizer of subject.optimizers) update(optimizer);
      }
    });
  } catch {
    // A program that cannot run on has no more to tell.
    losses.push(Number.NaN);
  } finally {
    for (const restore of restores) restore();
  }
  return losses;
}

/**
 * `at line 3 from 20 to 0.01`, or without numbers where none was tried.
 *
 * @param only the optimizer to blame; default all of them.
 */
export function rateText(subject: Subject, direction: "Lower" | "Raise", only?: Optimizer): string {
  const optimizer = only ?? subject.optimizers[0];
  if (subject.hasOwnOptimizer || optimizer === undefined) return `${direction} the learning rate.`;
  const learningRate = Number(optimizer.learningRate.toPrecision(6));
  const rate = workingRate(
    subject,
    (tried) => (direction === "Lower" ? tried < learningRate : tried > learningRate),
    only && [only],
  );
  const from = `${direction} its learning rate from ${learningRate}`;
  return rate === undefined ? `${from}.` : `${from} to ${rate}: with that the loss was seen to fall.`;
}
