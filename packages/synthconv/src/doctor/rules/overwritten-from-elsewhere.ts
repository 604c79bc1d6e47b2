import type { Parameter } from "../../autograd/parameter.js";
import type { CallSite } from "../../core/call-site.js";
import { sameShape } from "../../core/shape.js";
import { type Rule, untold } from "../case-file.js";
import type { Complaint } from "../complaint.js";
import { callFor } from "../cut-complaints.js";
import type { Place } from "../diagnosis.js";
import { placesInRun } from "../place.js";
import { numberText, placeText } from "../report/words.js";
import { followsOthers, LOST, retentionOf, writtenConstant } from "../retention.js";
import { effectOfWrites } from "../write-effects.js";
import { placeOfWritten } from "../written-place.js";
import { roundedSentences } from "../written-rounded.js";

/** Once is a start from other weights. */
const MIN_WRITES = 2;

/** A trained parameter that the run of the loss overwrites with numbers that are not its own, again and again. */
export const overwrittenFromElsewhere: Rule = {
  name: "overwritten from elsewhere",
  find(file, told) {
    const { subject, last } = file;
    return untold(file, told).flatMap((one) => {
      const { name, parameter, written } = one;
      const steps = written.flatMap((was, step) => (was ? [step] : []));
      // A write that changed nothing, because the numbers were there already, was seen in no step.
      const isSettled =
        written.length > 1 &&
        last.trace.entries.some((entry) => entry.kind === "assigned" && entry.tensor === parameter);
      if (steps.length < MIN_WRITES && !isSettled) return [];
      const kept = retentionOf(subject, parameter);
      if (kept >= LOST) return [];
      const place = placeOfWritten({ name, parameter }, file);
      const called = callOf(file.writeSites.get(name), place);
      const others = untold(file, told).filter((one) => one.parameter !== parameter);
      const sources = new Set(
        followsOthers(
          subject,
          parameter,
          others.map((one) => one.parameter),
        ),
      );
      const first = steps[0] ?? 0;
      const when = first > 1 ? `from step ${first + 1} on` : "in every step";
      // One of the same shape alone is a copy that was to follow, and no generator of these numbers.
      const isCopied =
        sources.size === 1 && [...sources].every(({ shape }) => sameShape(shape, parameter.shape));
      const silent = isCopied
        ? []
        : others.filter((one) => sources.has(one.parameter) && !one.turns.includes("learns"));
      const constant = writtenConstant(subject, parameter);
      if (silent.length > 0) {
        return [
          { names: [...silent.map((one) => one.name), name], complaint: computedComplaint(parameter, place) },
        ];
      }
      const effect = constant === undefined ? effectOfWrites(subject, parameter, 1) : undefined;
      const rounded = effect && roundedSentences(one, 1, effect, file);
      if (rounded !== undefined)
        return [{ names: [name], complaint: { fault: "assignedIntoParameter", place, ...rounded } }];
      if (constant !== undefined) return [{ names: [name], complaint: constantComplaint(constant, place) }];
      return [
        {
          names: [name],
          complaint: {
            status: "unused",
            fault: "assignedIntoParameter",
            phrase: "other numbers overwrite {them|it} in each run of the loss",
            place,
            cause: `Numbers from elsewhere overwrite {these parameters|this parameter} here ${when}: of what the optimizer writes there ${kept === 0 ? "nothing" : `a share of ${numberText(kept)}`} is left, and training {them|it} has no effect.${called}`,
            repair:
              "Leave this out of what runs in every step. Where a copy is to follow {these parameters|this parameter}, write in the other direction, into the copy; where {they are|it is} to follow other numbers, freeze {them|it}.",
          },
        },
      ];
    });
  },
};

/** The line that called a helper to write, for the helper may be right and what it is given wrong. */
function callOf(site: CallSite | undefined, place: Place | undefined): string {
  const caller = site && placesInRun(site).at(-1);
  if (caller === undefined || place === undefined || Math.abs(caller.line - place.line) <= NEAR) return "";
  return ` It is called at ${placeText(caller)}: look at what is copied into what there.`;
}

/** Lines of one statement: a call that goes through all parameters, and its function. */
const NEAR = 4;

/** A clip to bounds that are one number, a reset. */
function constantComplaint(value: number, place: Place | undefined): Complaint {
  const text = numberText(value);
  return {
    status: "unused",
    fault: "assignedIntoParameter",
    phrase: `each run of the loss sets {them|it} to ${text}`,
    place,
    cause: `Every number that is written here is ${text}, whatever stood there: of what the optimizer writes nothing is left, and training {them|it} has no effect.`,
    repair: `Where {they are|it is} to be clipped, take bounds that differ, the lower one first, -0.01 and 0.01, say: those of now leave ${text} alone; else leave this out.`,
  };
}

/** The numbers follow parameters that are trained: they should have gone on as a tensor. */
function computedComplaint(parameter: Parameter, place: Place | undefined): Complaint {
  return {
    status: "unused",
    fault: "assignedIntoParameter",
    phrase: "computed numbers overwrite a parameter",
    place,
    cause: `Numbers that were computed from trained parameters overwrite ${parameter.label} here: no gradient reaches what computed them, and what the optimizer writes there is lost.`,
    repair: `Weights are values: leave the parameter out and pass the tensor itself to the operation, ${callFor(parameter)}.`,
  };
}
