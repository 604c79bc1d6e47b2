import type { Accusation, Rule } from "../case-file.js";
import { placeOf } from "../place.js";

/** An optimizer steps inside of the loss, a gradient is there, and the weights stay the same bits. */
export const stillInside: Rule = {
  name: "still inside of the loss",
  find({ last }, told) {
    const assigned = new Set(
      last.trace.entries.flatMap(({ kind, tensor }) => (kind === "assigned" ? [tensor] : [])),
    );
    return last.trace.innerSteps.flatMap(({ site, moved }): Accusation[] => {
      const names = [...last.parameters].filter(
        ([name, one]) => moved.has(one) && last.still.has(one) && !assigned.has(one) && !told.has(name),
      );
      if (names.length === 0) return [];
      return [
        {
          names: names.map(([name]) => name),
          complaint: {
            status: "zero",
            fault: "alwaysZero",
            phrase: "the step inside of the loss moves nothing",
            place: placeOf(site),
            cause:
              "A gradient is there when the optimizer steps here, and the weights stay the same bits: its learning rate is 0, or too small for a float32.",
            repair:
              "Give this step a learning rate above 0, step() without another one takes the optimizer's own.",
          },
        },
      ];
    });
  },
};
