/** A parameter that the loss rounds: what training changes is not felt, and what it would be by far is. */
import { largest } from "../core/extremes.js";
import type { CaseFile } from "./case-file.js";
import type { Complaint } from "./complaint.js";
import { numberText } from "./report/words.js";
import type { ParameterSeries } from "./series.js";
import { effectOfWrites, type WriteEffect } from "./write-effects.js";

export type Sentences = Pick<Complaint, "status" | "phrase" | "cause" | "repair">;

/** Also where an optimizer that steps inside of the loss moves it in the same run. */
export function stepsOf({ written, assigned }: ParameterSeries): number[] {
  return written.flatMap((was, step) => (was || assigned[step] !== undefined ? [step] : []));
}

export function whenOf({ written, ...one }: ParameterSeries): string {
  const steps = stepsOf({ written, ...one });
  return steps.length === written.length ? "in each run" : `in ${steps.length} of ${written.length} steps`;
}

/** More than chance: of entries that a clip holds at its bounds one side goes on. */
const MOST_ROUNDED = 0.5;

/** What training changes between two writes is not felt, and a change of an entry's own size is: a grid. */
export function roundedSentences(
  one: ParameterSeries,
  gap: number,
  { follows }: WriteEffect,
  { subject }: CaseFile,
): Sentences | undefined {
  const { parameter, numbers } = one;
  const norms = numbers.updateRatio.map((ratio, step) => Number(ratio) * (numbers.weightNorm[step] ?? 0));
  const norm = largest(norms, 0);
  const update = (gap * norm) / Math.sqrt(parameter.size);
  const effect = update > 0 ? effectOfWrites(subject, parameter, gap + 1, update) : undefined;
  if (effect === undefined) return undefined;
  // What is masked, or held at the start, follows nothing.
  const lost = effect.follows.filter((was, index) => !was && follows[index]).length;
  if (lost < MOST_ROUNDED * parameter.size) return undefined;
  return {
    status: "learns",
    phrase: `the run of the loss rounds away what {they learn|it learns} ${whenOf(one)}`,
    cause: `What is written here ${whenOf(one)} has the same ${lost} of ${parameter.size} entries whether or not they changed by ${numberText(update)}, about what training changes in between: it is rounded away each time, and never adds up.`,
    repair:
      "Keep the parameter as it is, and round a value on the way to the operation: add(w, subtract(rounded, w).detach({ reason })), where rounded is round(w.multiply(n)).multiply(1 / n).",
  };
}
