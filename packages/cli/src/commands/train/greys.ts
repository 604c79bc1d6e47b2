/** Greys of a trained look: what each of its conditions makes of them, and how they are put right. */
import {
  concatSamples,
  type FitExample,
  type GreyRecord,
  type GreySource,
  greySourceOfSamples,
  type Look,
  measureGreys,
  measureLook,
  type ProtectedLook,
  type Protection,
  repairGreys,
  repairKnobGreys,
} from "synthconv/fit";
import { synthesize } from "synthconv/look";
import { withProtection } from "./protect.js";
import type { TrainingSource } from "./training-source.js";

/** Several examples of one condition say together what its greys become. */
export function oneForEachCondition(
  training: readonly FitExample[],
  greys: readonly GreySource[],
): GreySource[] {
  const all = [...greys];
  for (const places of placesByCondition(training)) {
    if (places.length === 1) continue;
    const together = greySourceOfSamples(samplesAt(training, places));
    for (const place of places) all[place] = together;
  }
  return all;
}

export interface LookWithGreys {
  readonly look: Look;
  readonly repaired: boolean;
  readonly missed: ProtectedLook["missed"];
  /** Of a look with knobs: the worst of all its conditions, those between the examples, too. */
  readonly anywhere: GreyRecord | undefined;
}

/**
 * The look with its greys put right, those of each style for themselves, of a look with knobs under all settings together;
 * and with what it is to keep.
 */
export async function withGreys(
  trained: Look,
  source: TrainingSource,
  protect: readonly Protection[],
  signal: AbortSignal,
): Promise<LookWithGreys> {
  const { training, tests, testedOn } = source;
  if (trained.schema.condition.length > 0) {
    const { look, greys, repaired } = await repairKnobGreys(trained, {
      ...{ training, greys: source.greys, signal },
      test: { on: testedOn, examples: tests },
    });
    return { look, repaired, missed: [], anywhere: greys };
  }
  let [look, repaired] = [trained, false];
  for (const places of placesByCondition(training)) {
    const [first] = places as [number];
    const { style, balance } = training[first] as FitExample;
    // Colours of LUTs and of photos do not weigh the same.
    if (places.some((place) => training[place]?.balance !== balance)) continue;
    const result = repairGreys(look, {
      source: source.greys[first] as GreySource,
      training: samplesAt(training, places),
      ...(typeof style === "string" && { style }),
      ...(balance !== undefined && { balance }),
      test: { on: testedOn, samples: samplesAt(tests, places) },
    });
    if (result.repaired) [look, repaired] = [result.look, true];
  }
  if (repaired && training.length > 1) {
    const error = measureLook(look, tests, testedOn);
    look = { ...look, schema: { ...look.schema, error } };
  }
  return { repaired, anywhere: undefined, ...withProtection(look, source, protect) };
}

/** Of one example, under its condition. */
export function greysAt(look: Look, { greys, tests }: TrainingSource, nth: number): GreyRecord {
  const { settings, style, samples } = tests[nth] as FitExample;
  return measureGreys(synthesize(look, settings, style), greys[nth] as GreySource, samples);
}

/** Of the examples, those of one condition together. */
function placesByCondition(training: readonly FitExample[]): number[][] {
  const groups = new Map<string, number[]>();
  training.forEach(({ settings = {}, style }, place) => {
    const key = JSON.stringify([Object.entries(settings).sort(), style ?? null]);
    groups.set(key, [...(groups.get(key) ?? []), place]);
  });
  return [...groups.values()];
}

function samplesAt(examples: readonly FitExample[], places: readonly number[]): FitExample["samples"] {
  return concatSamples(places.map((place) => (examples[place] as FitExample).samples));
}
