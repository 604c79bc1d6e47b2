import { type Accusation, type Rule, untold } from "../case-file.js";
import type { KeptNumbers } from "../kept-numbers.js";
import { troubleOf } from "../over-time.js";

/** Numbers that the first step read are used in those after it: a cache outside of tensors, which nothing shows later. */
export const keptNumbers: Rule = {
  name: "kept numbers",
  find: (file, told) =>
    file.kept.flatMap((kept): Accusation[] => {
      const followed = untold(file, told).filter(({ parameter }) => kept.parameters.includes(parameter));
      const stopped = followed.filter((one) => STOPPED.has(troubleOf(one)?.turn ?? ""));
      if (stopped.length > 0)
        return [{ names: stopped.map(({ name }) => name), complaint: complaintOf(kept) }];
      // Of a target, or a weight of terms, nothing is missed.
      if (!kept.isScale || followed.length === 0) return [];
      const complaint = {
        ...complaintOf(kept),
        ...({ status: "learns", severity: "warning" } as const),
        phrase: "a part of {their|its} gradient is missing",
      };
      return [{ names: followed.map(({ name }) => name), complaint }];
    }),
};

const STOPPED: ReadonlySet<string> = new Set(["idle", "cut"]);

function complaintOf({ place, usedAt }: KeptNumbers): Accusation["complaint"] {
  return {
    ...{ status: "cut", fault: "staleGraph", place, usedAt },
    phrase: "what {they compute|it computes} is kept from the first step as plain numbers",
    cause:
      "Numbers that follow {these parameters|this parameter} were read here in the first step, and later steps compute with the same: they do not follow what {these parameters learn|this parameter learns}, and carry no gradient.",
    repair:
      "Compute it in every step with operations on tensors, and keep nothing that is computed from trained parameters; where it is to stay as it is, freeze() what computes it, with a reason.",
  };
}
