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
}

/** The look with its greys put right, those of each style for themselves, and with what it is to keep. */
export function withGreys(
  trained: Look,
  source: TrainingSource,
  protect: readonly Protection[],
): LookWithGreys {
  const { training, tests, testedOn } = source;
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
  return { repaired, ...withProtection(look, source, protect) };
}

/** Of one example, under its condition. */
export function greysAt(look: Look, { greys, tests }: TrainingSource, nth: number): GreyRecord {
  const { settings, style, samples } = tests[nth] as FitExample;
  return measureGreys(synthesize(look, settings, style), greys[nth] as GreySource, samples);
}

/** The largest of each; a tint where one of the sources is monochrome. */
export function worstOf(records: readonly GreyRecord[]): GreyRecord {
  return records.reduce((worst, record) => {
    const tint = record.tint === null ? worst.tint : Math.max(record.tint, worst.tint ?? 0);
    return { ...(record.fall > worst.fall ? record : worst), tint };
  });
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
