import { type Accusation, type Rule, untold } from "../case-file.js";
import { placeOf } from "../place.js";

/** The loss puts the same numbers into a parameter again and again: what was learned in between is undone. */
export const putBackAgain: Rule = {
  name: "put back again",
  find(file, told) {
    return untold(file, told).flatMap(({ name, written, prints }): Accusation[] => {
      const place = placeOf(file.writeSites.get(name));
      const isSame = prints.length > 1 && prints.every((print) => print === prints[0]);
      if (!isSame || place === undefined) return [];
      const steps = written.flatMap((was, step) => (was ? [step + 1] : []));
      return [
        {
          names: [name],
          complaint: {
            status: "unused",
            fault: "assignedIntoParameter",
            phrase: `the same numbers are put back into {them|it} in ${steps.length} of ${written.length} steps`,
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
