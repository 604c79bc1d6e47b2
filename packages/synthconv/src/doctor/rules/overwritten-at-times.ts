import { largest } from "../../core/extremes.js";
import { type Accusation, type CaseFile, type Rule, untold } from "../case-file.js";
import { atTheStart } from "../observed-loss.js";
import { numberText } from "../report/words.js";
import { LOST } from "../retention.js";
import type { ParameterSeries } from "../series.js";
import { effectOfWrites, type WriteEffect } from "../write-effects.js";
import { placeOfWritten } from "../written-place.js";
import { roundedSentences, type Sentences, stepsOf, whenOf } from "../written-rounded.js";

/** Once is a start from other weights. */
const MIN_WRITES = 2;
/** More parameters than that are seldom written each in its own way. */
const MAX_ASKED = 16;
/** Operations whose weight has a row for each unit, or for each entry: alike ones are one. */
const OF_UNITS: ReadonlySet<string> = new Set(["linear", "conv1d", "conv2d", "gather"]);

/** A parameter that the loss overwrites in some of its steps, whole or in part, or whose rows it makes alike. */
export const overwrittenAtTimes: Rule = {
  name: "overwritten at times",
  find(file, told) {
    const suspects = untold(file, told).filter((one) => stepsOf(one).length >= MIN_WRITES);
    return suspects.slice(0, MAX_ASKED).flatMap((one): Accusation[] => {
      const steps = stepsOf(one);
      const gaps = steps.map((step, index) => step - (steps[index - 1] ?? -1));
      const longest = largest(gaps);
      const effect = effectOfWrites(file.subject, one.parameter, longest + 1);
      if (effect === undefined) return [];
      const sentences =
        alikeSentences(one, effect, file) ??
        lostSentences(one, effect, file) ??
        roundedSentences(one, longest, effect, file);
      if (sentences === undefined) return [];
      return [
        {
          names: [one.name],
          complaint: { fault: "assignedIntoParameter", place: placeOfWritten(one, file), ...sentences },
        },
      ];
    });
  },
};

/** All rows were different before, and half of them or fewer are after it. */
function alikeSentences(
  one: ParameterSeries,
  { written, ofOthers }: WriteEffect,
  { last }: CaseFile,
): Sentences | undefined {
  const { parameter } = one;
  const [rows = 0] = parameter.shape;
  const isOfUnits = last.flow
    .edgesOutOf(parameter)
    .some(({ to }) => OF_UNITS.has(last.trace.origins.get(to)?.operation ?? ""));
  if (parameter.rank < 2 || rows < 2 || !isOfUnits) return undefined;
  const different = largest(
    [written, ofOthers].map((values) => differentRows(values, rows, parameter.size / rows)),
  );
  if (different === 0 || different > rows / 2) return undefined;
  const left = different === 1 ? "all the same" : `${different} different ones`;
  return {
    status: "learns",
    phrase: `the run of the loss makes rows of {them|it} alike ${whenOf(one)}`,
    cause: `What is written here ${whenOf(one)} makes the ${rows} rows ${left}: what each of them has learned by itself is lost, and alike units stay one.`,
    repair:
      "Leave this out. Where rows are to be shared, keep one row as the parameter and expand it to all; where they are only to stay close, add the square of their distance from their mean to the loss.",
  };
}

/** Rows of zeros are masked and tell nothing: 0 where one of them is. */
function differentRows(values: ArrayLike<number>, rows: number, width: number): number {
  const texts = new Set<string>();
  for (let row = 0; row < rows; row++) {
    const own = Array.prototype.slice.call(values, row * width, (row + 1) * width) as number[];
    if (own.every((value) => value === 0)) return 0;
    texts.add(own.join());
  }
  return texts.size;
}

/** Entries that follow nothing that stood there, and become neither 0, a mask, nor what they were at the start, a freeze. */
function lostSentences(
  one: ParameterSeries,
  { follows, written }: WriteEffect,
  { subject }: CaseFile,
): Sentences | undefined {
  const { parameter } = one;
  const first = atTheStart(subject, () => parameter.data.slice());
  const isWhole = follows.every((was) => !was);
  const lost = follows.filter(
    (was, index) => !was && written[index] !== 0 && (isWhole || written[index] !== first[index]),
  ).length;
  if (lost < LOST * parameter.size) return undefined;
  const share = numberText((100 * lost) / parameter.size);
  const part = isWhole ? "" : "a part of ";
  return {
    status: isWhole ? "unused" : "learns",
    phrase: `the run of the loss overwrites ${part}{them|it} ${whenOf(one)}`,
    cause: `${isWhole ? "All" : `${lost} of ${parameter.size}`} entries (${share} %) are set here to other numbers ${whenOf(one)}, whatever stands there: what the optimizer wrote there in between is lost.`,
    repair: isWhole
      ? "Leave this out. Where a copy is to follow {these parameters|this parameter}, write in the other direction, into the copy; where {they are|it is} to follow other numbers, freeze {them|it}."
      : "Leave this out; what is to stay as it is belongs into a parameter of its own, frozen, and joined to this one by concat.",
  };
}
