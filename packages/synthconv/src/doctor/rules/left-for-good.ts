import { type Accusation, type CaseFile, type Rule, untold } from "../case-file.js";
import { usedOtherwise } from "../other-turns.js";
import { placeOf } from "../place.js";
import type { ParameterSeries } from "../series.js";
import type { Turn } from "../turn.js";

/** Fewer steps without a turn may be another's; more than these times the longest break before are no turn any more. */
const MIN_STEPS = 6;
const BREAKS = 3;

/** It learned in the first steps, and the loss is not computed from it any more. */
export const leftForGood: Rule = {
  name: "left for good",
  find(file, told) {
    if (file.last.isOwnLoop) return [];
    const left = untold(file, told).filter(isLeft);
    if (left.length === 0) return [];
    const used = usedOtherwise(file, new Map(left.map(({ name, parameter }) => [name, parameter])));
    return left.flatMap(({ name, parameter, turns }): Accusation[] => {
      if (used.has(parameter)) {
        file.excuses.set(name, "no turn in the last steps: the numbers chose others");
        return [];
      }
      const last = turns.lastIndexOf("learns");
      const rest = turns.length - 1 - last;
      return [
        {
          names: [name],
          complaint: {
            status: "learns",
            severity: "warning",
            fault: "notWired",
            phrase: `from step ${last + 2} on the loss does not depend on {them|it}`,
            place: placeOf(useOf(parameter, file)),
            cause: `{They learn|It learns} until step ${last + 1}, where {they are|it is} used here last; in none of the ${rest} steps after that the loss is computed from {them|it}.`,
            repair:
              "Look at what decides it: a probability, a step count or a flag that goes one way only. Give it a bound, so that this part has a turn again; where its time is over on purpose, freeze({ reason }) it.",
          },
        },
      ];
    });
  },
};

function isLeft({ turns, inner }: ParameterSeries): boolean {
  const last = turns.lastIndexOf("learns");
  const rest = turns.slice(last + 1);
  const isIdle = last > 0 && rest.every((turn) => turn === "idle") && !inner.includes(true);
  return isIdle && rest.length >= Math.max(MIN_STEPS, BREAKS * longestBreak(turns, last));
}

/** Where it was used in the first step. */
function useOf(parameter: object, { first: { flow, parameters } }: CaseFile): Parameters<typeof placeOf>[0] {
  const own = [...parameters.values()].find((one) => one === parameter);
  return own && flow.edgesOutOf(own)[0]?.site;
}

function longestBreak(turns: readonly Turn[], end: number): number {
  let [longest, current] = [1, 0];
  for (const turn of turns.slice(0, end + 1)) {
    current = turn === "learns" ? 0 : current + 1;
    longest = Math.max(longest, current);
  }
  return longest;
}
