import type { Accusation, CaseFile, Rule } from "../case-file.js";
import { placeOf } from "../place.js";
import { numberText } from "../report/words.js";
import type { ParameterSeries } from "../series.js";

/** A copy that follows what is trained stays about as large; in 17 steps a sign turned round makes far more of it. */
const GROWN = 10;
/** Grown in all but this share of the steps. */
const STEADY = 0.8;

/** What the run of the loss writes itself, a slow copy or a decay, and what grows by that without end. */
export const runawayCopy: Rule = {
  name: "runaway copy",
  isLast: true,
  find(file, told) {
    if (told.size > 0 || file.last.isOwnLoop || !file.last.loss.requiresGrad) return [];
    const running = [...file.series.values()].filter((one) => growsByWrites(one));
    const [first] = running;
    if (first === undefined) return [];
    const { weightNorm } = first.numbers;
    const accusation: Accusation = {
      names: running.map(({ name }) => name),
      complaint: {
        status: "exploding",
        fault: "exploding",
        phrase: "what the run of the loss writes into {them|it} grows from step to step",
        place: placeOf(writeSiteOf(running, file)),
        cause: `The loss writes {these parameters|this parameter} here in every run, and {they have|it has} grown from a size of ${numberText(weightNorm[0] as number)} to ${numberText(weightNorm.at(-1) as number)}: what is written leads away from what {they are|it is} to be near.`,
        repair:
          "A copy moves towards what it follows, copy + rate * (source - copy), with a rate from 0 to 1; a factor that is written again and again is to be 1 or less.",
      },
    };
    return [accusation];
  },
};

function writeSiteOf(running: readonly ParameterSeries[], { writeSites }: CaseFile) {
  return running.map(({ name }) => writeSites.get(name)).find((site) => site !== undefined);
}

/** No optimizer has a part in it. */
function growsByWrites({ written, numbers: { weightNorm, updateRatio }, turns }: ParameterSeries): boolean {
  const [first = 0, last = 0] = [weightNorm[0], weightNorm.at(-1)];
  const rises = weightNorm.filter((norm, step) => step > 0 && !(norm <= (weightNorm[step - 1] as number)));
  const isSteady = rises.length >= STEADY * (weightNorm.length - 1) && weightNorm.length > 3;
  const isUpdated = turns.includes("learns") && updateRatio.some((ratio) => (ratio ?? 0) > 0);
  const isWritten = written.filter((was) => was).length >= STEADY * written.length;
  // What counts or sums up grows as well, by the same in each step: in the second half by no more than in the first.
  const middle = weightNorm[Math.floor(weightNorm.length / 2)] as number;
  const isFaster = !(last <= Math.sqrt(GROWN) * middle);
  return isWritten && isSteady && !isUpdated && first > 0 && isFaster && !(last <= GROWN * first);
}
