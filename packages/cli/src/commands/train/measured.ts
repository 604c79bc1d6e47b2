/** What is measured of a look when it is trained. */
import {
  type ErrorRecord,
  type GreyRecord,
  type KnobRecord,
  type Look,
  measureLook,
  repairGreys,
  type Settings,
  type StyleBlend,
} from "synthconv/fit";
import type { TrainingSource } from "./training-source.js";

/** The error under the condition of one example. */
export interface ConditionError {
  readonly set: Settings;
  readonly style: StyleBlend | null;
  readonly error: ErrorRecord;
}

export interface Measured {
  readonly look: Look;
  readonly error: ErrorRecord;
  /** Null where greys depend on a condition. */
  readonly greys: GreyRecord | null;
  readonly conditions: readonly ConditionError[];
  readonly knobs: readonly KnobRecord[];
}

export function measureConditions(look: Look, { tests, testedOn }: TrainingSource): ConditionError[] {
  return tests.map((test) => {
    const { settings: set = {}, style = null } = test;
    return { set, style, error: measureLook(look, [test], testedOn) };
  });
}

/** The look with its greys put right, where its source says what they become. */
export function withGreys(
  look: Look,
  { greys: source, training, tests, testedOn }: TrainingSource,
): { look: Look; greys: GreyRecord | null; repaired: boolean } {
  const [only] = training;
  const [test] = tests;
  if (source === undefined || only === undefined || test === undefined)
    return { look, greys: null, repaired: false };
  return repairGreys(look, {
    source,
    training: only.samples,
    test: { on: testedOn, samples: test.samples },
  });
}
