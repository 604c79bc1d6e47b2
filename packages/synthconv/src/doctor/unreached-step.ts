/** A loss that trains by itself, and whose step stands under a condition that never comes true. */
import type { CaseFile } from "./case-file.js";
import type { Complaint } from "./complaint.js";
import { lineOfProgram } from "./line-search.js";
import { isMovedByHand } from "./over-time.js";
import { placeOfMade } from "./place.js";
import { placeText } from "./report/words.js";

const STEP = { test: (text: string): boolean => text.includes(".step(") };

/** Whether the loss propagates all by itself and is written to step, and no step of it was reached. */
export function hasUnreachedStep({ subject, last, series }: CaseFile): boolean {
  const hasStepped = subject.innerOptimizers.size > 0 || [...series.values()].some(isMovedByHand);
  return last.isPropagated && !hasStepped && STEP.test(subject.text);
}

export function unreachedStepComplaint(
  optimizer: object,
  { losses, last }: Pick<CaseFile, "losses" | "last">,
): Complaint {
  const [propagated] = last.trace.propagatedFrom.values();
  const line = propagated && lineOfProgram(propagated, STEP);
  const where = line === undefined ? "" : ` (${placeText(line)})`;
  return {
    status: "notHeld",
    fault: "optimizerHoldsOthers",
    phrase: "the step in the loss is never reached",
    place: placeOfMade(optimizer),
    cause: `The loss calls backward() by itself, and its step${where} was reached in none of ${losses.length} runs: the optimizer that is made here never steps, and gradients add up in vain.`,
    repair:
      "Let the condition before step() come true: count over all runs and not anew in each, and step once more behind the last part. Where it steps more seldom than these runs can show, watch more of them (steps).",
  };
}
