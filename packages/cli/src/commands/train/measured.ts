/** What is measured of a look when it is trained. */
import {
  crossValidate,
  type ErrorRecord,
  errorByDistance,
  FIT_DEFAULTS,
  type GreyRecord,
  type KnobRecord,
  type Look,
  measureLook,
  type Settings,
  type StyleBlend,
} from "synthconv/fit";
import { InterruptedError } from "../../frame/failure.js";
import { greysAt } from "./greys.js";
import { searchOptions, type TrainOptions } from "./train-options.js";
import { spaceOptions } from "./trained-spaces.js";
import type { TrainingSource } from "./training-source.js";

/** The error under the condition of one example. */
export interface ConditionError {
  readonly set: Settings;
  readonly style: StyleBlend | null;
  readonly error: ErrorRecord;
  readonly greys: GreyRecord;
}

export interface Measured {
  readonly look: Look;
  /** The one that tells best what other photos will see. */
  readonly error: ErrorRecord;
  /** All of what was held out: pixels, regions, photos; for a LUT its lattice alone. */
  readonly heldOut: readonly ErrorRecord[];
  /** The worst of its conditions. */
  readonly greys: GreyRecord;
  readonly conditions: readonly ConditionError[];
  readonly knobs: readonly KnobRecord[];
}

/** The look with the error to tell of it, and with how that grows with the distance from the colours that it saw. */
export function withErrors(look: Look, error: ErrorRecord, { training }: TrainingSource): Look {
  const byDistance = errorByDistance(look, training);
  return {
    ...look,
    schema: { ...look.schema, error, ...(byDistance.length > 0 && { errorByDistance: byDistance }) },
  };
}

export function measureConditions(look: Look, source: TrainingSource): ConditionError[] {
  return source.tests.map((test, nth) => {
    const { settings: set = {}, style = null } = test;
    return {
      set,
      style,
      error: measureLook(look, [test], source.testedOn),
      greys: greysAt(look, source, nth),
    };
  });
}

/** A training for a group has as much of the steps, or is a draft: more move its error by less than other groups would. */
const SHARE_OF_STEPS = 1 / 8;
const MIN_STEPS = 500;

/**
 * The errors on regions and photos that are held out whole, each from trainings of its own.
 *
 * @throws {InterruptedError} when it is aborted.
 */
export async function measureWholes(
  { wholes, record, spaces }: TrainingSource,
  options: TrainOptions,
  signal: AbortSignal,
): Promise<ErrorRecord[]> {
  const { batch, loss, seed } = options;
  const search = searchOptions(options);
  const { quality, steps = FIT_DEFAULTS.steps } = search;
  const isNamed = [options.channels, options.hidden, options.steps].some((value) => value !== undefined);
  const short = { steps: Math.min(steps, Math.max(MIN_STEPS, Math.ceil(steps * SHARE_OF_STEPS))) };
  const isRefined = loss === "mse" && (quality !== undefined || options.size !== undefined || !isNamed);
  const records: ErrorRecord[] = [];
  for (const { on, groups } of wholes) {
    const fit = {
      ...{ ...search, batch, loss, seed, signal, source: record, balance: true, ...spaceOptions(spaces) },
      ...(isRefined ? { quality: "draft" as const } : short),
    };
    const measured = await crossValidate(groups, fit, on);
    if (measured === undefined) throw new InterruptedError();
    records.push(measured);
  }
  return records;
}
