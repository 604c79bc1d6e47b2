/** What a run's folder says of each parameter, from watched steps where there are some, else from checkpoints. */
import { ValueError } from "../core/errors.js";
import { smallest } from "../core/extremes.js";
import { dtypeOf, type FloatArray } from "../core/float-array.js";
import type { StateEntry } from "../nn/state-dict.js";
import type { Checkpoint } from "../train/index.js";
import type { ParameterNumbers } from "./diagnosis.js";
import { type MeasuredHistogram, measureHistogram } from "./histogram.js";
import type { ParameterFacts, ParameterHistory, WatchedHistory, WatchedRecord } from "./history-events.js";
import type { RunHistory } from "./run-history.js";

export interface Evidence {
  readonly facts: ParameterFacts;
  readonly numbers: ParameterNumbers;
  /** What arrived in all steps that are known; undefined where they are too few to say. */
  readonly gradient: "none" | "zero" | "some" | undefined;
  /** Whether the weights changed at all; undefined where nothing says it. */
  readonly moved: boolean | undefined;
  /** Where entries that are NaN or infinite came first. */
  readonly nonFinite: { readonly of: string; readonly step: number } | undefined;
  readonly exploding: boolean;
  readonly deadUnits?: { readonly dead: number; readonly units: number };
}

export interface RunEvidence {
  readonly parameters: readonly Evidence[];
  /** Where it comes from, as sentences say it: `in all 12 watched steps (0 to 1100)`. */
  readonly where: string;
  /** Steps that were watched; 0 where checkpoints are all there is. */
  readonly watchedSteps: number;
}

/** @throws {ValueError} when there is neither a watched step nor a checkpoint. */
export function evidenceOf(run: RunHistory): RunEvidence {
  const { watched, checkpoints } = run;
  if (watched !== undefined && watched.steps.length > 0) return fromWatched(watched, checkpoints);
  const [newest, older] = checkpoints;
  if (newest === undefined) {
    throw new ValueError({
      where: "diagnoseRun",
      expected: "a checkpoint or a watched step",
      received: "a run that has neither yet",
      repair: "Train longer, or watch it: synthconv train --watch <steps>, or trainLoop's option watch.",
    });
  }
  const where =
    older === undefined
      ? `before the checkpoint of step ${newest.step}`
      : `in the checkpoints of steps ${older.step} and ${newest.step}`;
  const moved = movedBetween(checkpoints);
  const remembered = rememberedIn(newest);
  const frozen = new Set(newest.frozen);
  const parameters = [...newest.model].map(([name, { shape, data }]): Evidence => {
    const held = newest.optimizer.has(`${name}.steps`);
    const facts = { name, shape, dtype: dtypeOf(data), trainable: !frozen.has(name), held };
    const numbers = { gradientNorm: [], weightNorm: [normOf(data)], updateRatio: [], nonFinite: 0 };
    const known = { gradient: remembered(name), moved: moved(name) };
    return { facts, numbers, ...known, nonFinite: undefined, exploding: false };
  });
  return { parameters, where, watchedSteps: 0 };
}

/** Whether a parameter's bits differ between the last two checkpoints. */
function movedBetween([newest, older]: readonly Checkpoint[]): (name: string) => boolean | undefined {
  return (name) => {
    const [now, before] = [newest?.model.get(name)?.data, older?.model.get(name)?.data];
    if (now === undefined || before === undefined) return undefined;
    return now.some((value, index) => !Object.is(value, before[index]));
  };
}

/** What the optimizer remembers of a parameter's gradients: a running mean of zeros alone stays 0 to the bit. */
function rememberedIn(checkpoint: Checkpoint | undefined): (name: string) => Evidence["gradient"] {
  const { optimizer = new Map<string, StateEntry>(), step = 0 } = checkpoint ?? {};
  const isZero = new Map<string, boolean>();
  for (const [slot, { data }] of optimizer) {
    const end = slot.lastIndexOf(".");
    if (slot.slice(end) === ".steps") continue;
    const name = slot.slice(0, end);
    isZero.set(name, isZero.get(name) !== false && data.every((value) => value === 0));
  }
  return (name) => {
    const updates = optimizer.get(`${name}.steps`)?.data[0];
    // A part that starts at zero passes no gradient on in its first step.
    if (step < 2 || updates === undefined) return undefined;
    if (updates === 0) return "none";
    const zero = isZero.get(name);
    return zero === undefined ? undefined : zero ? "zero" : "some";
  };
}

function normOf(data: FloatArray): number {
  return Math.sqrt(measureHistogram(data).sumOfSquares);
}

function fromWatched({ parameters, steps }: WatchedHistory, checkpoints: readonly Checkpoint[]): RunEvidence {
  const [first, last] = [steps[0]?.step, steps.at(-1)?.step];
  const moved = movedBetween(checkpoints);
  const remembered = rememberedIn(checkpoints[0]);
  const where =
    steps.length === 1
      ? `in the only watched step (${first})`
      : `in all ${steps.length} watched steps (${first} to ${last})`;
  return {
    parameters: parameters.map((facts) => ofParameter(facts, steps, moved, remembered)),
    where,
    watchedSteps: steps.length,
  };
}

function ofParameter(
  facts: ParameterFacts,
  steps: readonly WatchedRecord[],
  movedSince: ReturnType<typeof movedBetween>,
  rememberedOf: ReturnType<typeof rememberedIn>,
): Evidence {
  const seen = steps.map(({ parameters }): ParameterHistory => parameters.get(facts.name) ?? {});
  const numbers = numbersOf(seen);
  const isSeenMoving = seen.some(({ update }) => !isZero(update));
  const moved = isSeenMoving || movedSince(facts.name) === true;
  const remembered = rememberedOf(facts.name);
  const dead = seen.map(({ deadUnits }) => deadUnits).filter((units) => units !== undefined);
  return {
    facts,
    numbers,
    gradient: gradientIn(seen, remembered, moved),
    // One step may be one in which the learning rate is 0: a warm-up's first.
    moved: seen.length < 2 && !moved ? undefined : moved,
    nonFinite: firstNonFinite(seen, steps),
    exploding: isWorse(steps) && (isExploding(numbers.gradientNorm) || isExploding(numbers.weightNorm)),
    ...(dead.length > 0 && { deadUnits: { dead: smallest(dead), units: facts.shape[0] as number } }),
  };
}

/**
 * Parameters may be trained in turns, and the watched steps may all be others' turns: what the optimizer
 * remembers decides, and where it remembers nothing, whether the weights moved.
 */
function gradientIn(
  seen: readonly ParameterHistory[],
  remembered: Evidence["gradient"],
  moved: boolean,
): Evidence["gradient"] {
  const arrived = seen.filter(({ gradient }) => gradient !== undefined);
  if (arrived.some(({ gradient }) => !isZero(gradient))) return "some";
  if (remembered === "some") return "some";
  // A part that starts at zero passes no gradient on in its first step.
  if (remembered === undefined && (moved || seen.length < 2)) return undefined;
  return arrived.length === 0 ? "none" : "zero";
}

function numbersOf(seen: readonly ParameterHistory[]): ParameterNumbers {
  const norm = (histogram: MeasuredHistogram | undefined): number | null =>
    histogram === undefined ? null : Math.sqrt(histogram.sumOfSquares);
  return {
    gradientNorm: seen.map(({ gradient }) => norm(gradient)),
    weightNorm: seen.map(({ value }) => norm(value) ?? 0),
    updateRatio: seen.map(({ value, update }) => {
      const [weight, change] = [norm(value), norm(update)];
      return weight === null || weight === 0 || change === null ? null : change / weight;
    }),
    nonFinite: seen.at(-1)?.gradient?.nonFinite ?? 0,
  };
}

function isZero(histogram: MeasuredHistogram | undefined): boolean {
  if (histogram === undefined) return true;
  const { edges, nonFinite } = histogram;
  // Not by its sum of squares: squares of small numbers are 0 before the numbers are.
  return nonFinite === 0 && edges.every((edge) => edge === 0);
}

function firstNonFinite(
  seen: readonly ParameterHistory[],
  steps: readonly WatchedRecord[],
): Evidence["nonFinite"] {
  for (const [index, history] of seen.entries()) {
    for (const of of ["value", "gradient", "update"] as const) {
      if ((history[of]?.nonFinite ?? 0) > 0) return { of, step: (steps[index] as WatchedRecord).step };
    }
  }
  return undefined;
}

/** A norm this many times its median over the steps is none that a training at work has. */
const EXPLODED = 100;
/** Fewer steps have no median worth comparing with. */
const MIN_STEPS = 4;

function isExploding(norms: readonly (number | null)[]): boolean {
  const known = norms.filter((norm) => norm !== null);
  const last = known.at(-1);
  if (last === undefined || known.length < MIN_STEPS) return false;
  const median = known.sort((a, b) => a - b)[Math.floor(known.length / 2)] as number;
  return median > 0 && last > EXPLODED * median;
}

function isWorse(steps: readonly WatchedRecord[]): boolean {
  const [first, last] = [steps[0]?.loss ?? 0, steps.at(-1)?.loss ?? 0];
  return !(last <= first);
}
