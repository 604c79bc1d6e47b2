import { smallest } from "../../core/extremes.js";
import { type Accusation, type CaseFile, type Rule, untold } from "../case-file.js";
import { POSITIVE_ONLY } from "../non-finite-origin.js";
import type { ObservedStep } from "../observed-step.js";
import { placeOf } from "../place.js";
import { lossesAsBefore } from "../rate-trial.js";
import { numberText } from "../report/words.js";
import { domainRepair } from "../step-complaints.js";
import type { Origin } from "../trace.js";

/** Training goes on for so many steps to see it: what loses a fifth in 17 steps steadily gets to 0 in 85. */
const FURTHER = 100;
/** What is left of the least that goes into a log; what falls less is not looked at. */
const FALLEN = 0.8;

/** A log, a root or a power of what nothing keeps above 0, and that is on its way below it. */
export const domainLeftLater: Rule = {
  name: "domain left later",
  isLast: true,
  find(file, told) {
    const names = untold(file, told).flatMap(({ name, turns }) => (turns.includes("learns") ? [name] : []));
    const falling = told.size > 0 || names.length === 0 ? [] : fallingInputs(file);
    const [origin] = falling;
    if (origin === undefined || file.last.isOwnLoop) return [];
    const further = lossesAsBefore(file.subject, FURTHER);
    if (!Number.isNaN(further.at(-1)) || further.length < 2) return [];
    const [before, now] = [file.first, file.last].map((step) => leastInput(origin.index, step));
    const { operation, site } = origin.origin;
    const accusation: Accusation = {
      names,
      complaint: {
        status: "nonFinite",
        fault: "nonFinite",
        phrase: `NaN comes up ${further.length - 1} steps later`,
        place: placeOf(site),
        cause: `Nothing keeps what goes into ${operation} here above 0: the least of it has fallen from ${numberText(before as number)} to ${numberText(now as number)} in these steps, and ${further.length - 1} steps later it is below 0 and the loss is NaN.`,
        repair: domainRepair(origin.origin, true),
      },
    };
    return [accusation];
  },
};

function fallingInputs({ first, last }: CaseFile): { origin: Origin; index: number }[] {
  return [...last.trace.origins.values()].flatMap((origin, index) => {
    const isOpen = POSITIVE_ONLY.has(origin.operation) && origin.inputs[0]?.requiresGrad === true;
    if (!isOpen || !last.flow.feedsTape(origin.tensor)) return [];
    const [before, now] = [first, last].map((step) => leastInput(index, step));
    const isFalling = before !== undefined && now !== undefined && now > 0 && now < FALLEN * before;
    return isFalling ? [{ origin, index }] : [];
  });
}

function leastInput(index: number, { trace }: ObservedStep): number | undefined {
  const origin = [...trace.origins.values()][index];
  const given = POSITIVE_ONLY.has(origin?.operation ?? "") ? origin?.inputs[0] : undefined;
  return given && smallest(given.data);
}
