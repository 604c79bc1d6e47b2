/** What is measured of a look when it is trained. */
import {
  crossValidate,
  type ErrorRecord,
  errorByDistance,
  FIT_DEFAULTS,
  type GreyRecord,
  type KnobRecord,
  type Look,
  measureGreys,
  measureLook,
  type ProtectedLook,
  type Protection,
  repairGreys,
  type Settings,
  type StyleBlend,
} from "synthconv/fit";
import { synthesize } from "synthconv/look";
import { InterruptedError } from "../../frame/failure.js";
import { withProtection } from "./protect.js";
import { searchOptions, type TrainOptions } from "./train-options.js";
import { spaceOptions } from "./trained-spaces.js";
import type { TrainingSource } from "./training-source.js";

/** The error under the condition of one example. */
export interface ConditionError {
  readonly set: Settings;
  readonly style: StyleBlend | null;
  readonly error: ErrorRecord;
}

export interface Measured {
  readonly look: Look;
  /** The one that tells best what other photos will see. */
  readonly error: ErrorRecord;
  /** All of what was held out: pixels, regions, photos; for a LUT its lattice alone. */
  readonly heldOut: readonly ErrorRecord[];
  /** Null where greys depend on a condition. */
  readonly greys: GreyRecord | null;
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

export function measureConditions(look: Look, { tests, testedOn }: TrainingSource): ConditionError[] {
  return tests.map((test) => {
    const { settings: set = {}, style = null } = test;
    return { set, style, error: measureLook(look, [test], testedOn) };
  });
}

/** The look with its greys put right where its source says what they become, and with what it is to keep. */
export function withGreys(
  look: Look,
  source: TrainingSource,
  protect: readonly Protection[],
): { look: Look; greys: GreyRecord | null; repaired: boolean; missed: ProtectedLook["missed"] } {
  const { greys, training, tests, testedOn } = source;
  const [only] = training;
  const [test] = tests;
  if (greys === undefined || only === undefined || test === undefined)
    return { look, greys: null, repaired: false, missed: [] };
  const repaired = repairGreys(look, {
    source: greys,
    training: only.samples,
    ...(only.balance !== undefined && { balance: only.balance }),
    test: { on: testedOn, samples: test.samples },
  });
  if (protect.length === 0) return { ...repaired, missed: [] };
  const { look: kept, missed } = withProtection(repaired.look, source, protect);
  const measured = measureGreys(synthesize(kept), greys, test.samples);
  return { look: kept, greys: measured, repaired: repaired.repaired, missed };
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
