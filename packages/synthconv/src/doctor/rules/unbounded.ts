import { type CaseFile, type Rule, untold } from "../case-file.js";
import type { Complaint } from "../complaint.js";
import { hasNoBound, samplesNow } from "../lowest-value.js";
import { placeOf } from "../place.js";
import { lossesFurtherOn } from "../rate-trial.js";
import { numberText } from "../report/words.js";
import { targetOutOfRange } from "../target-range.js";

/** Training goes on for so many steps to see it. */
const FURTHER = 200;
const LOW = 5;

/** A loss that falls without end, though it may take longer than these steps: an error that is maximised. */
export const unbounded: Rule = {
  name: "unbounded",
  isLast: true,
  find(file, told) {
    const { losses, subject, last } = file;
    // A value that is a constant on purpose, an advantage, say, is another one in the next batch.
    const hasConstant = last.trace.edges.some(
      ({ passage, to }) => passage === "declared" && last.flow.reachesLoss(to),
    );
    const learning = untold(file, told).filter(({ turns }) => turns.includes("learns"));
    const target = told.size === 0 && learning.length > 0 ? targetOutOfRange(file) : undefined;
    if (target !== undefined) return [{ names: learning.map(({ name }) => name), complaint: target }];
    if (told.size > 0 || hasConstant || !fallsForEver(losses)) return [];
    const bound = -LOW * Math.max(1, Math.abs(losses[0] as number));
    let hasEnd = true;
    const isOneSign = samplesNow(file)?.every((value) => value <= 0) === true;
    // Which way it goes for which sample shows when it has gone some of it.
    const further = lossesFurtherOn(subject, FURTHER, bound, () => {
      hasEnd = !hasNoBound(file, isOneSign);
    });
    const isLow = further.some((loss) => loss < bound || Number.isNaN(loss));
    if (learning.length === 0 || !isLow || hasEnd) return [];
    return [{ names: learning.map(({ name }) => name), complaint: unboundedComplaint(file) }];
  },
};

/** Whether each step made the loss smaller, as it should, and there is no end to it. */
export function fallsForEver(losses: readonly number[]): boolean {
  const known = losses.filter((loss) => !Number.isNaN(loss));
  const isFalling = known.every((loss, step) => step === 0 || loss < (known[step - 1] as number));
  return isFalling && (known.at(-1) as number) < 0;
}

export function unboundedComplaint(file: CaseFile): Complaint {
  const { last, losses } = file;
  const target = targetOutOfRange(file);
  if (target !== undefined) return target;
  return {
    status: "exploding",
    fault: "exploding",
    phrase: "the loss falls without end",
    place: placeOf(last.trace.origins.get(last.loss)?.site),
    cause: `Every step lowers the loss, from ${numberText(losses[0])} to ${numberText(losses.at(-1))}, and it has no lowest value: the weights grow for ever.`,
    repair:
      "Turn the sign round: negate what is to become large, and add an error in the place of taking it away; or bound what is to grow, relu(add(difference, margin)).",
  };
}
