import { constructionSite } from "../../core/call-site.js";
import { type Accusation, type Rule, untold } from "../case-file.js";
import { placeOf } from "../place.js";
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
    const [optimizer] = subject.hasOwnOptimizer ? [] : subject.optimizers;
    if (optimizer === undefined || sums.filter((sum) => sum > 0).length < MOST * losses.length) return [];
    const accusation: Accusation = {
      names: learning.map(({ name }) => name),
      complaint: {
        status: "exploding",
        fault: "exploding",
        phrase: "the optimizer goes up {their gradients|its gradient}",
        place: placeOf(constructionSite(optimizer)),
        cause: `In nearly every step the optimizer that is made here, ${optimizer.constructor.name}, moves {these parameters|this parameter} along the gradient and not against it, and the loss rises, from ${numberText(losses[0])} to ${numberText(losses.at(-1))}.`,
        repair: "Take the update away in the place of adding it: values[i] -= rate * direction.",
      },
    };
    return [accusation];
  },
};
