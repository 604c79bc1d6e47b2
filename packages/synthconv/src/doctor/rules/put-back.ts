import { type Accusation, type Rule, untold } from "../case-file.js";
import { placeOf } from "../place.js";
import type { ParameterSeries } from "../series.js";

/** Beside an optimizer that steps inside of the loss, a better state may come back twice: three times alike is a habit. */
const MIN_BACK = 3;

/** The loss puts the same numbers into a parameter again and again: what was learned in between is undone. */
export const putBackAgain: Rule = {
  name: "put back again",
  find(file, told) {
    return untold(file, told).flatMap((one): Accusation[] => {
      const place = placeOf(file.writeSites.get(one.name));
      const back = stepsOfWrites(one) ?? stepsBetweenUpdates(one);
      if (back === undefined || place === undefined) return [];
      const steps = back.map((step) => step + 1);
      return [
        {
          names: [one.name],
          complaint: {
            status: "unused",
            fault: "assignedIntoParameter",
            phrase: `the same numbers are put back into {them|it} in ${steps.length} of ${one.written.length} steps`,
            place,
            cause: `In steps ${steps.join(", ")} the same numbers are written here, a copy that nothing changes: what {these parameters have|this parameter has} learned in between is undone each time.`,
            repair:
              "Let the copy follow what is trained, mixing some of it in before it is put back, or leave this out.",
          },
        },
      ];
    });
  },
};

/** Where no optimizer steps inside of the loss, a run leaves what it wrote. */
function stepsOfWrites({ written, prints }: ParameterSeries): number[] | undefined {
  const isSame = prints.length > 1 && prints.every((print) => print === prints[0]);
  return isSame ? written.flatMap((was, step) => (was ? [step] : [])) : undefined;
}

/** Where one does: the same is assigned in every k-th step, and the parameter is updated in those between. */
function stepsBetweenUpdates({ assigned, inner }: ParameterSeries): number[] | undefined {
  const steps = assigned.flatMap((print, step) => (print === undefined ? [] : [step]));
  const [first = 0, second = 0] = steps;
  const every = second - first;
  const isPeriodic = steps.every((step, index) => step === first + index * every);
  const isSame = steps.every((step) => assigned[step] === assigned[first]);
  const isUpdated = inner.slice(first).every((was) => was);
  return steps.length >= MIN_BACK && every > 1 && isPeriodic && isSame && isUpdated ? steps : undefined;
}
