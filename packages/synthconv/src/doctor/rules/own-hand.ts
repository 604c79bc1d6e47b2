import { type Accusation, type CaseFile, type Rule, untold } from "../case-file.js";
import { inSteps } from "../over-time.js";
import { placeOf } from "../place.js";

/** A pause of fewer steps may end. */
const MIN_STEPS = 6;

/** The loss steps by hand, by assigning weights itself, and from some step on the numbers stay what they were. */
export const ownHand: Rule = {
  name: "own hand",
  find(file, told) {
    return untold(file, told).flatMap(({ name, parameter, turns, written }): Accusation[] => {
      const last = written.lastIndexOf(true);
      const place = placeOf(file.writeSites.get(name));
      if ((last < 0 && !file.last.isOwnLoop) || written.length - 1 - last < MIN_STEPS || place === undefined)
        return [];
      // A clip beside an optimizer has nothing to do in most steps; who steps by hand gives back a loss without its tape.
      const isOwn = turns.at(-1) === "declared" || (file.last.isOwnLoop && turns.at(-1) === "idle");
      // What an optimizer inside of the loss steps is clipped by an assignment, not stepped.
      const isStepped = file.last.trace.innerSteps.some(({ parameters }) => parameters.includes(parameter));
      if (!isOwn || isStepped || !isAssignedAtEnd(name, file)) return [];
      const steps = written.flatMap((_, step) => (step > last ? [step] : []));
      const complaint = {
        ...({ status: "zero", fault: "alwaysZero", place } as const),
        phrase: "what is written into {them|it} changes nothing",
        cause: `The weights that are assigned here are the same bits as before: the change is 0, or too small for a float32.${last < 0 ? "" : " A rate that is made smaller in every step comes to that soon."}`,
        repair:
          last < 0
            ? "Give this step a rate above 0, w - rate * gradient, and write what it gives."
            : "Let the rate of this step stay, or fall by the epoch and not by the step.",
      };
      return [{ names: [name], complaint: inSteps(complaint, steps, written.length) }];
    });
  },
};

function isAssignedAtEnd(name: string, { last }: CaseFile): boolean {
  const parameter = last.parameters.get(name);
  return last.trace.entries.some(({ kind, tensor }) => kind === "assigned" && tensor === parameter);
}
