import { lastFreezingSite } from "../../core/call-site.js";
import type { Accusation, Rule } from "../case-file.js";
import { placeOf } from "../place.js";

/** Fewer steps may be another's turn. */
const MIN_STEPS = 3;

/** It learned, and the run itself froze it for good: perhaps meant, and worth a word. */
export const frozenLater: Rule = {
  name: "frozen later",
  find({ series }, told) {
    return [...series.values()].flatMap(({ name, parameter, turns }): Accusation[] => {
      const last = turns.findLastIndex((turn) => turn !== "frozen");
      const isForGood = turns.includes("learns") && turns.length - 1 - last >= MIN_STEPS;
      if (!isForGood || told.has(name)) return [];
      return [
        {
          names: [name],
          complaint: {
            status: "frozen",
            severity: "warning",
            fault: "nothingToTrain",
            phrase: `frozen from step ${last + 2} on`,
            place: placeOf(lastFreezingSite([parameter])),
            cause: `{They learn|It learns} until step ${last + 1}, then {they are|it is} frozen here, and nothing unfreezes {them|it} again.`,
            repair: "Where {they are|it is} to learn on, call unfreeze() when the other's turn is over.",
          },
        },
      ];
    });
  },
};
