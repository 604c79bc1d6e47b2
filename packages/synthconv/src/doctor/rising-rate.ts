/** A learning rate that the run of the loss raises from step to step. */
import type { CaseFile } from "./case-file.js";
import type { Place } from "./diagnosis.js";
import { placeOf } from "./place.js";
import { numberText } from "./report/words.js";

export interface RisingRate {
  readonly place: Place | undefined;
  readonly sentence: string;
  readonly repair: string;
}

/** A rate that doubles does so in two steps; one that is only tuned changes by less. */
const RISEN = 4;

/** Undefined where no rate has risen within the watched steps, or none is told. */
export function risingRate({ first, last, rateSettings }: CaseFile): RisingRate | undefined {
  const [setting] = [...rateSettings.values()].filter(({ rate, first: from }) => rate >= RISEN * from);
  const inner = last.trace.innerSteps.find(
    ({ rate }, index) => rate >= RISEN * (first.trace.innerSteps[index]?.rate ?? Number.POSITIVE_INFINITY),
  );
  const step = inner && first.trace.innerSteps[last.trace.innerSteps.indexOf(inner)];
  const [from, to] = setting === undefined ? [step?.rate, inner?.rate] : [setting.first, setting.rate];
  if (from === undefined || to === undefined || from === 0) return undefined;
  return {
    place: placeOf(setting?.site ?? inner?.site),
    sentence: `The learning rate rises from step to step, from ${numberText(from)} to ${numberText(to)}.`,
    repair: `Let the rate stay as it begins, or lower, or fall from step to step, by a factor below 1; a warm-up is to end far below ${numberText(to)}.`,
  };
}
