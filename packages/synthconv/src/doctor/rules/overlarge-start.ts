import { type CaseFile, type Rule, untold } from "../case-file.js";
import { growthBefore, growthText } from "../forward-growth.js";
import { placeOf } from "../place.js";
import { numberText } from "../report/words.js";
import { smallerStart } from "../smaller-start.js";

/** A loss and a result that are as large after a million-fold growth are of no data: targets of a million are scaled. */
const LARGE = 1e6;

/** Weights so large that values grow from layer to layer, and the loss starts, and stays, at a size that nothing comes back from. */
export const overlargeStart: Rule = {
  name: "overlarge start",
  isLast: true,
  find(file, told) {
    const { first, losses } = file;
    const origin = first.trace.origins.get(first.loss);
    const growth = origin && growthBefore(origin, first);
    const names = untold(file, told).map(({ name }) => name);
    if (growth === undefined || growth.size < LARGE || names.length === 0 || !staysLarge(file)) return [];
    return [
      {
        names,
        complaint: {
          status: "exploding",
          fault: "exploding",
          phrase: "the values grow from layer to layer as the weights are drawn",
          place: placeOf(growth.site),
          cause: `${growthText(growth)}: the last gives ${numberText(growth.size)}, and the loss begins at ${numberText(losses[0])}. Gradients of that size are lost in float32, or throw the weights away.`,
          repair: smallerStart(growth, first, file.subject),
        },
      },
    ];
  },
};

/** From a finite start on: a first loss that is none is the matter of what makes it so. NaN is not small either. */
function staysLarge({ losses }: CaseFile): boolean {
  return Number.isFinite(losses[0]) && losses.every((loss) => !(Math.abs(loss) < LARGE));
}
