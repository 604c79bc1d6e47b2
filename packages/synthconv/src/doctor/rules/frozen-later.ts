import { freezingReason, lastFreezingSite } from "../../core/call-site.js";
import type { Accusation, Rule } from "../case-file.js";
import { placeOf } from "../place.js";
import type { Turn } from "../turn.js";

/** Fewer steps may be another's turn. */
const MIN_STEPS = 3;

/** It learned, and the run itself froze it for good, without a word on why. */
export const frozenLater: Rule = {
  name: "frozen later",
  find({ series }, told) {
    return [...series.values()].flatMap(({ name, parameter, turns }): Accusation[] => {
      const last = turns.findLastIndex((turn) => turn !== "frozen");
      const isForGood = turns.includes("learns") && turns.length - 1 - last >= longestBreak(turns, last);
      if (!isForGood || told.has(name) || freezingReason(parameter) !== undefined) return [];
      return [
        {
          names: [name],
          complaint: {
            status: "frozen",
            fault: "nothingToTrain",
            phrase: `frozen from step ${last + 2} on`,
            place: placeOf(lastFreezingSite([parameter])),
            cause: `{They learn|It learns} until step ${last + 1}, then {they are|it is} frozen here, and nothing unfreezes {them|it} again.`,
            repair:
              "Where {they are|it is} to learn on, unfreeze() {them|it} when the other's turn is over, or leave this out; where it is meant, say why: freeze({ reason }).",
          },
        },
      ];
    });
  },
};

/** Frozen steps that count as for good: more than twice as many as an earlier break had. */
function longestBreak(turns: readonly Turn[], end: number): number {
  let [longest, current] = [0, 0];
  for (const turn of turns.slice(0, end + 1)) {
    current = turn === "frozen" ? current + 1 : 0;
    longest = Math.max(longest, current);
  }
  return Math.max(MIN_STEPS, 2 * longest + 1);
}
