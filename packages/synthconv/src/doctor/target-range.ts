/** Targets that are no shares, under a loss that compares with shares. */
import type { CaseFile } from "./case-file.js";
import type { Complaint } from "./complaint.js";
import { placeOf } from "./place.js";
import { numberText } from "./report/words.js";

/** A cross entropy of shares has a lowest value for targets from 0 to 1 alone. */
export function targetOutOfRange({ last: { trace }, batch }: CaseFile): Complaint | undefined {
  for (const { operation, inputs, site } of trace.origins.values()) {
    const [, target] = operation === "bceWithLogits" ? inputs : [];
    const beyond = target?.data.find((value) => value < 0 || value > 1);
    if (target === undefined || beyond === undefined) continue;
    const name = batch.get(target) ?? `a target [${target.shape}]`;
    return {
      status: "exploding",
      fault: "exploding",
      phrase: `${name} is no share, so the loss falls without end`,
      place: placeOf(site),
      cause: `${operation} compares with probabilities, from 0 to 1, and ${name} has ${numberText(beyond)} among its numbers: the loss is the lower the larger the logits are, and it has no lowest value.`,
      repair: `Bring ${name} to numbers from 0 to 1, divide(y, 255) where they are of bytes; for a target of any numbers take mse.`,
    };
  }
  return undefined;
}
