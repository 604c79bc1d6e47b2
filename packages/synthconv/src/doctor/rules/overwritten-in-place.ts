import { Parameter } from "../../autograd/parameter.js";
import type { CaseFile, Rule } from "../case-file.js";
import type { Complaint } from "../complaint.js";
import { overwrittenComplaint } from "../cut-complaints.js";
import { LOST, retentionOf } from "../retention.js";

/** A value that backward needs was overwritten: by an assignment, or by an optimizer that stepped too early. */
export const overwrittenInPlace: Rule = {
  name: "overwritten in place",
  isLast: true,
  find(file) {
    const { last, series } = file;
    const inner = last.trace.innerSteps.flatMap(({ parameters }) => parameters);
    const complaint = last.isOwnLoop ? undefined : overwrittenComplaint(last);
    if (complaint === undefined) return [];
    const foreign = foreignNumbers(file, complaint);
    const names = [...series.values()]
      .filter(
        ({ parameter, turns }) =>
          parameter.trainable && turns.at(-1) === "zero" && !inner.includes(parameter),
      )
      .map(({ name }) => name);
    return [{ names, complaint: foreign ?? complaint }];
  },
};

/** What is written before backward runs leaves nothing of the parameter: written later it would be no better. */
function foreignNumbers({ last, subject }: CaseFile, complaint: Complaint): Complaint | undefined {
  const parameter = last.overwritten?.tensor;
  const isAssigned = last.trace.entries.some(
    ({ kind, tensor }) => kind === "assigned" && tensor === parameter,
  );
  if (!(parameter instanceof Parameter) || !isAssigned || retentionOf(subject, parameter) >= LOST)
    return undefined;
  return {
    ...complaint,
    fault: "assignedIntoParameter",
    phrase: "other numbers overwrite {them|it} before backward runs",
    cause: `Numbers from elsewhere overwrite {these parameters|this parameter} here, in every run of the loss: of what the optimizer writes there nothing is left. It comes before the backward pass too, which needs the numbers that were there and refuses.`,
    repair:
      "Leave this out of what runs in every step. Where a copy is to follow {these parameters|this parameter}, write in the other direction, into the copy, and after the optimizer's step.",
  };
}
