import { type Accusation, type CaseFile, type Rule, untold } from "../case-file.js";
import type { Complaint } from "../complaint.js";
import type { ForgottenGradient, PropagatedGradient } from "../gradient-watch.js";
import { inSteps } from "../over-time.js";
import { isSameLine, placeOf } from "../place.js";
import type { ParameterSeries } from "../series.js";

/** A gradient that is forgotten once may be of a trial. */
const MIN_AGAIN = 2;
const MIN_AT_THE_END = 3;

/** What backward left is forgotten inside of the loss before the step that was to take it. */
export const forgottenGradient: Rule = {
  name: "forgotten gradient",
  find(file, told) {
    const all = untold(file, told);
    return all.flatMap((one): Accusation[] => {
      const losses = lossesOf(one);
      const [first] = losses;
      if (first === undefined || !isFault(one, all)) return [];
      const steps = losses.map(({ step }) => step);
      return [{ names: [one.name], complaint: inSteps(complaintOf(first), steps, file.losses.length) }];
    });
  },
};

/** The same, of what an optimizer holds that is not the model's. */
export const forgottenOutside: Rule = {
  name: "forgotten outside of the model",
  find({ last }: CaseFile) {
    const own = new Set<unknown>(last.parameters.values());
    const outside = [...last.fates].filter(([parameter]) => !own.has(parameter));
    const isStepped = outside.some(([, { taken }]) => taken !== undefined);
    const forgotten = outside.find(([, fate]) => fate.forgotten !== undefined)?.[1].forgotten;
    return isStepped || forgotten === undefined ? [] : [{ names: [], complaint: complaintOf(forgotten) }];
  },
};

type Loss = ForgottenGradient & { readonly step: number };

/** The steps in which a gradient of it was forgotten and none was taken. */
function lossesOf({ fates }: ParameterSeries): Loss[] {
  return fates.flatMap(({ forgotten, taken }, step) =>
    forgotten !== undefined && taken === undefined ? [{ ...forgotten, step }] : [],
  );
}

function isFault(one: ParameterSeries, all: readonly ParameterSeries[]): boolean {
  const losses = lossesOf(one);
  const takings = one.fates.flatMap(({ taken }, step) => (taken === undefined ? [] : [{ ...taken, step }]));
  const lastTaken = takings.at(-1)?.step ?? -1;
  const firstTaken = takings[0]?.step ?? Number.POSITIVE_INFINITY;
  if (takings.length === 0) return losses.length >= Math.min(MIN_AGAIN, one.fates.length);
  // What another's loss left, which this parameter does not learn from, is forgotten on purpose: the generator's, which
  // passes the critic.
  const later = losses.filter(({ step, from }) => {
    return step > firstTaken && takings.some((taken) => isSameLine(placeOf(taken.from), placeOf(from)));
  });
  const atEnd = later.filter(({ step }) => step > lastTaken);
  if (atEnd.length >= MIN_AT_THE_END && atEnd.length === one.fates.length - 1 - lastTaken) return true;
  return later.length >= MIN_AGAIN && !isChosenBySize(later, takings) && !hasTurns(one, all);
}

/** A gradient that is too large is left out. */
function isChosenBySize(losses: readonly Loss[], takings: readonly PropagatedGradient[]): boolean {
  return losses.every((loss) => takings.every(({ norm }) => loss.norm > norm));
}

/** Another is forgotten where this one learns: they take turns, or chance says which of them learn. */
function hasTurns(one: ParameterSeries, all: readonly ParameterSeries[]): boolean {
  return all.some(({ fates }) =>
    fates.some(
      ({ forgotten, taken }, step) =>
        forgotten !== undefined && taken === undefined && one.fates[step]?.taken !== undefined,
    ),
  );
}

function complaintOf({ site }: ForgottenGradient): Complaint {
  return {
    status: "notHeld",
    fault: "optimizerHoldsOthers",
    phrase: "{their gradients are|its gradient is} forgotten before the step that needs {them|it}",
    place: placeOf(site),
    cause:
      "The gradients that backward left are set to undefined here (zeroGrad), before the optimizer of {these parameters|this parameter} has stepped: its step moves nothing.",
    repair: "Call zeroGrad before backward, and nothing between backward and step.",
  };
}
