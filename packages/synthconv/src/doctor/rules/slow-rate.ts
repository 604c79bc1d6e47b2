import { updateRatios } from "../all-updates.js";
import { type Accusation, type Rule, untold } from "../case-file.js";
import { UNMOVED } from "../complaint.js";
import { placeOf } from "../place.js";
import type { StepRate } from "../rate-setting.js";
import { numberText } from "../report/words.js";

/** About a thousandth is usual: by a hundredth of that a loss gets nowhere in as many steps as these. */
const SLIGHT = 1e-5;
/** Rates from here on are none to blame. */
const USUAL = 1e-5;
/** Warm-ups end within some thousand steps, and pass the least usual rate within the first of these. */
const LONG = 2000;
/** Of the loss. */
const MOVED = 1e-3;

/** A schedule of the run's own that stays next to 0 for thousands of steps: a warm-up without an end. */
export const slowRate: Rule = {
  name: "slow rate",
  find(file, told) {
    const [first = 0] = file.losses;
    const isStill = file.losses.every((loss) => Math.abs(loss - first) <= MOVED * Math.abs(first));
    if (!isStill || file.subject.hasOwnOptimizer) return [];
    return [...file.rateSettings].flatMap(([optimizer, setting]): Accusation[] => {
      const held = untold(file, told).filter(
        ({ parameter, turns }) => optimizer.parameters.includes(parameter) && turns.includes("learns"),
      );
      const rates = file.rates.get(optimizer) ?? [];
      const steps = stepsToUsual(rates);
      const isSlight = updateRatios(file).every((ratio) => ratio < SLIGHT);
      if (held.length === 0 || !isSlight || steps === undefined) return [];
      const last = rates.at(-1)?.rate ?? 0;
      return [
        {
          names: held.map(({ name }) => name),
          complaint: {
            ...UNMOVED,
            phrase: `the learning rate stays next to 0, at ${numberText(last)}`,
            place: placeOf(setting.site),
            cause: `The learning rate is set here in a run of the loss, and after ${rates.length} steps it is ${numberText(last)}: ${Number.isFinite(steps) ? `at this pace it passes ${USUAL}, which is little, after ${numberText(steps)} steps` : "it does not rise"}, and until then next to nothing moves.`,
            repair:
              "Let the rate come to what is meant within some hundred steps: count the steps over all runs, and divide by the length of the warm-up in steps.",
          },
        },
      ];
    });
  },
};

/** Steps until a rate that goes on as it does is a usual one; undefined where that is soon. */
function stepsToUsual(rates: readonly StepRate[]): number | undefined {
  const [before, last] = [rates[0]?.rate ?? 0, rates.at(-1)?.rate ?? 0];
  if (rates.length < 3 || last >= USUAL) return undefined;
  const rise = (last - before) / (rates.length - 1);
  const steps = rise > 0 ? Math.ceil((USUAL - last) / rise) + rates.length : Number.POSITIVE_INFINITY;
  return steps > LONG ? steps : undefined;
}
