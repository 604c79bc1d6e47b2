import { type Accusation, type CaseFile, type Rule, untold } from "../case-file.js";
import { numberText } from "../report/words.js";
import { writtenFactor } from "../retention.js";
import type { ParameterSeries } from "../series.js";
import { placeOfWritten } from "../written-place.js";

/**
 * What a run takes of every weight: training steps of a thousandth win back a hundredth. A norm that is set to 1 again
 * in every step changes weights by less.
 */
const ERASES = 0.9;
const MOST = 0.8;

/** Each run of the loss multiplies trained weights by a factor far from 1: a decay by hand, written without its rate. */
export const scaledByRun: Rule = {
  name: "scaled by the run",
  isLast: true,
  find(file, told) {
    if (file.last.isOwnLoop || !file.last.loss.requiresGrad) return [];
    const found = untold(file, told).flatMap((one) => {
      const isWritten = one.written.filter((was) => was).length >= MOST * one.written.length;
      const factor = isWritten ? writtenFactor(file.subject, one.parameter) : undefined;
      return factor !== undefined && factor > 0 && (factor < ERASES || factor > 1 / ERASES)
        ? [{ one, factor }]
        : [];
    });
    const [first] = found;
    if (first === undefined) return [];
    return [
      accusationOf(
        found.map(({ one }) => one.name),
        first,
        file,
      ),
    ];
  },
};

function accusationOf(
  names: readonly string[],
  { one, factor }: { readonly one: ParameterSeries; readonly factor: number },
  file: CaseFile,
): Accusation {
  const text = numberText(factor);
  return {
    names,
    complaint: {
      status: "exploding",
      fault: "exploding",
      phrase: `each run of the loss multiplies {them|it} by ${text}`,
      place: placeOfWritten(one, file),
      cause: `Each run of the loss multiplies {these parameters|this parameter} by ${text} here: ${factor < 1 ? "nothing that is learned lasts" : "the weights grow without end"}.`,
      repair:
        "A decay takes a share of about 0.0001 in each step, w * (1 - rate * decay): weightDecay of AdamW does so; or leave it out.",
    },
  };
}
