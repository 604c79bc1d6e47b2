import { type Accusation, type Rule, untold } from "../case-file.js";
import type { GradientFate } from "../gradient-watch.js";
import { isSameLine, placeOf } from "../place.js";

/** Once may be a trial. */
const MIN_STEPS = 2;

/** Several backward passes of one line before a step, and zeroGrad before each of them: the last alone counts. */
export const replacedGradient: Rule = {
  name: "replaced gradient",
  find(file, told) {
    return untold(file, told).flatMap(({ name, fates }): Accusation[] => {
      const replacing = fates.filter(isReplacing);
      const [forgotten] = replacing[0]?.replaced ?? [];
      if (replacing.length < MIN_STEPS || forgotten === undefined) return [];
      const passes = (replacing[0]?.replaced ?? []).length + 1;
      return [
        {
          names: [name],
          complaint: {
            status: "notHeld",
            fault: "optimizerHoldsOthers",
            phrase: `of ${passes} backward passes before a step the last alone counts`,
            place: placeOf(forgotten.site),
            cause: `The gradients are set to undefined here (zeroGrad) before each of ${passes} backward passes, and one step follows them: what all but the last of them left is forgotten.`,
            repair: "Call zeroGrad once, before the first of these passes: their gradients add up.",
          },
        },
      ];
    });
  },
};

/** What was forgotten, and what the step took, come from one line: no other loss, whose gradients are not meant for it. */
function isReplacing({ replaced = [], taken }: GradientFate): boolean {
  const from = placeOf(taken?.from);
  return replaced.length > 0 && replaced.every((one) => isSameLine(placeOf(one.from), from));
}
