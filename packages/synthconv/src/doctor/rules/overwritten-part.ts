import type { Parameter } from "../../autograd/parameter.js";
import { type Accusation, type CaseFile, type Rule, untold } from "../case-file.js";
import { atTheStart } from "../observed-loss.js";
import { numberText } from "../report/words.js";
import { keptEntries, LOST, writtenNumbers } from "../retention.js";
import { placeOfWritten } from "../written-place.js";

/** An entry that is rounded in place loses a small change, and not one of its own size. */
const WHOLE = 1;
const MOST = 0.8;

/** A part of a trained parameter that each run of the loss sets to numbers of its own. */
export const overwrittenPart: Rule = {
  name: "overwritten in part",
  find(file, told) {
    return untold(file, told).flatMap((one): Accusation[] => {
      const { name, parameter, written } = one;
      if (written.filter((was) => was).length < MOST * written.length) return [];
      const lost = lostEntries(parameter, file);
      if (lost < LOST * parameter.size) return [];
      return [
        {
          names: [name],
          complaint: {
            status: "learns",
            fault: "assignedIntoParameter",
            phrase: `each run of the loss overwrites a part of {them|it}`,
            place: placeOfWritten(one, file),
            cause: `${lost} of ${parameter.size} entries (${numberText((100 * lost) / parameter.size)} %) are set here to other numbers in each run of the loss: what the optimizer writes there is lost.`,
            repair:
              "Leave this out of what runs in every step; what is to stay as it is belongs into a parameter of its own, frozen, and joined to this one by concat.",
          },
        },
      ];
    });
  },
};

/** Entries that keep nothing and become neither 0, which is a mask, nor what they were at the start, which is a freeze. */
function lostEntries(parameter: Parameter, { subject }: CaseFile): number {
  const kept = keptEntries(subject, parameter, WHOLE);
  const now = writtenNumbers(subject, parameter);
  const first = atTheStart(subject, () => parameter.data.slice());
  return kept.filter((was, index) => !was && now[index] !== 0 && now[index] !== first[index]).length;
}
