import type { Rule } from "../case-file.js";
import { overwrittenComplaint } from "../cut-complaints.js";

/** A value that backward needs was overwritten: by an assignment, or by an optimizer that stepped too early. */
export const overwrittenInPlace: Rule = {
  name: "overwritten in place",
  isLast: true,
  find({ last, series }) {
    const inner = last.trace.innerSteps.flatMap(({ parameters }) => parameters);
    const complaint = last.isOwnLoop ? undefined : overwrittenComplaint(last);
    if (complaint === undefined) return [];
    const names = [...series.values()]
      .filter(
        ({ parameter, turns }) =>
          parameter.trainable && turns.at(-1) === "zero" && !inner.includes(parameter),
      )
      .map(({ name }) => name);
    return [{ names, complaint }];
  },
};
