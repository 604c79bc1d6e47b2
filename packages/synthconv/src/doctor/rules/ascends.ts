import { type Accusation, type CaseFile, type Rule, untold } from "../case-file.js";
import type { Complaint } from "../complaint.js";
import { placeOf, placeOfMade } from "../place.js";
import { numberText } from "../report/words.js";

/** A descent goes up in a step or two, with momentum or noise. */
const MOST = 0.8;
const MIN_STEPS = 4;

/** An optimizer of the user's own that adds what it should take away: every update goes up the gradient. */
export const ascends: Rule = {
  name: "ascends",
  isLast: true,
  find(file, told) {
    const { losses, subject } = file;
    const rises = losses.filter((loss, step) => step > 0 && loss > (losses[step - 1] as number)).length;
    if (losses.length < MIN_STEPS || rises < MOST * (losses.length - 1)) return [];
    const learning = untold(file, told).filter(({ turns }) => turns.includes("learns"));
    const sums = losses.map((_, step) =>
      learning.reduce((sum, { descent }) => sum + (descent[step] ?? 0), 0),
    );
    if (sums.filter((sum) => sum > 0).length < MOST * losses.length) return [];
    const names = learning.map(({ name }) => name);
    const [optimizer] = subject.hasOwnOptimizer ? [] : subject.optimizers;
    if (optimizer === undefined) return file.last.isOwnLoop ? [{ names, complaint: byHand(file) }] : [];
    const accusation: Accusation = {
      names,
      complaint: {
        status: "exploding",
        fault: "exploding",
        phrase: "the optimizer goes up {their gradients|its gradient}",
        place: placeOfMade(optimizer),
        cause: `In nearly every step the optimizer that is made here, ${optimizer.constructor.name}, moves {these parameters|this parameter} along the gradient and not against it, and the loss rises, from ${numberText(losses[0])} to ${numberText(losses.at(-1))}.`,
        repair: "Take the update away in the place of adding it: values[i] -= rate * direction.",
      },
    };
    return [accusation];
  },
};

function byHand({ losses, writeSites, last }: CaseFile): Complaint {
  const [site] = [...writeSites.values(), ...last.trace.propagatedFrom.values()];
  return {
    status: "exploding",
    fault: "exploding",
    phrase: "the step by hand goes up {their gradients|its gradient}",
    place: placeOf(site),
    cause: `In nearly every step what is written here moves {these parameters|this parameter} along the gradient and not against it, and the loss rises, from ${numberText(losses[0])} to ${numberText(losses.at(-1))}.`,
    repair: "Take the update away in the place of adding it: w - rate * gradient.",
  };
}
