import { type Accusation, type CaseFile, type Rule, untold } from "../case-file.js";
import type { Complaint } from "../complaint.js";
import { whereInfluenceEnds } from "../invariance.js";
import { inSteps, troubleOf } from "../over-time.js";
import { isSameLine, placeOf } from "../place.js";
import { retentionOf } from "../retention.js";
import type { ParameterSeries } from "../series.js";
import { TermWay } from "../term-way.js";
import { explainSpot } from "../zero/identities.js";
import { deadEndOf, isZero, type Spot, unmoved } from "../zero/spot.js";
import { isShrinking } from "./vanishing.js";

/** The first order of the loss tells of less than this share of it: a slope of rounding errors, or none. */
const NO_SLOPE = 1e-5;
const MAX_PROBED = 32;

/** Connected in form only: the loss is the same whatever the parameter is, though rounding gives it a gradient. */
export const constant: Rule = {
  name: "constant",
  find(file, told, accusations) {
    const vanished = vanishedIn(accusations);
    const suspects = untold(file, told).filter(
      ({ turns, reach, inner }) =>
        turns.includes("learns") &&
        !inner.includes(true) &&
        // Who steps by hand without a gradient has none to be held against the loss.
        reach.some((share) => share > 0) &&
        reach.every((share) => share < NO_SLOPE),
    );
    return suspects.slice(0, MAX_PROBED).flatMap((one): Accusation[] => {
      const { name, parameter } = one;
      const spot = whereInfluenceEnds(file.subject, parameter, file.last);
      if (spot === undefined) return [];
      if (spot === "everywhere") {
        return isShrinking(one, file) ? [] : [{ names: [name], complaint: vanished ?? SAME_LOSS }];
      }
      if (isBesideTarget(spot, file)) return [];
      const found = explainSpot(spot);
      if ("complaint" in found) {
        const { complaint } = found;
        return [
          { names: [name], complaint: complaint.repair === undefined ? (vanished ?? complaint) : complaint },
        ];
      }
      file.excuses.set(name, found.excuse);
      return [];
    });
  },
};

/** Small beside the numbers that it is compared with: what rounding takes from the value, it leaves in the gradient. */
function isBesideTarget({ origin, from }: Spot, { last }: CaseFile): boolean {
  const others = origin.inputs.filter((one) => one !== from);
  return (
    origin.operation === "subtract" &&
    others.every((one) => !one.requiresGrad) &&
    from.data.some((value) => value !== 0) &&
    new TermWay(last).isStraight(origin.tensor)
  );
}

function vanishedIn(accusations: readonly Accusation[]): Complaint | undefined {
  return accusations.find(({ complaint }) => complaint.fault === "vanishing")?.complaint;
}

const SAME_LOSS: Complaint = {
  status: "zero",
  fault: "alwaysZero",
  phrase: "the loss is the same whatever {they are|it is}",
  cause:
    "The loss is the same, up to rounding, when {these parameters are|this parameter is} changed by {their|its} own size: the gradient that arrives is a rounding error.",
};

/** The gradient is 0: always, or since some step. */
export const zero: Rule = {
  name: "zero",
  find(file, told, accusations) {
    const vanished = vanishedIn(accusations);
    return untold(file, told).flatMap((one): Accusation[] => {
      const trouble = troubleOf(one);
      const complaint = one.explained.get("zero")?.complaint;
      if (trouble?.turn !== "zero" || complaint === undefined || hasArrived(trouble.steps, file)) return [];
      if (hasFadedOut(one, trouble.steps, file)) {
        file.excuses.set(one.name, "a term of the loss that faded out step by step was all that trained it");
        return [];
      }
      if (isShutByNumbers(one, accusations, file)) {
        file.excuses.set(one.name, "numbers that are accused shut it off in these steps");
        return [];
      }
      const overwritten = overwrittenFactor(one, accusations, file);
      if (overwritten !== undefined) {
        if (overwritten.names.includes(one.name) || retentionOf(file.subject, one.parameter) === 0)
          return [{ names: [one.name], complaint: overwritten.complaint }];
        file.excuses.set(
          one.name,
          `${overwritten.names[0]} stands behind it and is overwritten in every step`,
        );
        return [];
      }
      // Where nothing else explains a 0, it is what a float32 makes of a gradient that vanishes.
      if (vanished !== undefined && complaint.repair === undefined) {
        return [{ names: [one.name], complaint: vanished }];
      }
      return [{ names: [one.name], complaint: inSteps(complaint, trouble.steps, one.turns.length) }];
    });
  },
};

/** Fewer steps are a switch, not a fade. */
const MIN_FADE = 4;
/** Noise lifts a gradient now and then. */
const MOST_FALLS = 0.7;

/** A whole term of the loss, whose weight went down to 0 over several steps, while others train on: a schedule. */
function hasFadedOut(
  { parameter, numbers: { gradientNorm }, turns }: ParameterSeries,
  [end = 0]: readonly number[],
  { last, series }: CaseFile,
): boolean {
  const spot = deadEndOf(parameter, last);
  const before = gradientNorm.slice(0, end).map(Number);
  const isTerm =
    spot !== undefined &&
    spot.origin.operation === "multiply" &&
    spot.origin.tensor.size === 1 &&
    spot.origin.inputs.some(({ data, requiresGrad }) => !requiresGrad && data[0] === 0);
  const falls = before.filter((norm, step) => step > 0 && norm < (before[step - 1] as number)).length;
  const isFade = before.length >= MIN_FADE && falls >= MOST_FALLS * (before.length - 1);
  const trainOn = [...series.values()].some((other) => other.turns.at(-1) === "learns");
  return isTerm && isFade && trainOn && turns[0] === "learns";
}

/** A factor of zeros that came as plain numbers, which are the fault: a mask of 0 and 1 for the largest of some scores. */
function isShutByNumbers(
  { parameter }: ParameterSeries,
  accusations: readonly Accusation[],
  { last }: CaseFile,
): boolean {
  const zeros = deadEndOf(parameter, last)?.origin.inputs.find(({ data }) => isZero(data));
  const made = zeros && last.trace.origins.get(unmoved(zeros, last.trace));
  const place = made && placeOf(made.site);
  return accusations.some(
    ({ complaint }) =>
      complaint.fault === "plainNumbers" &&
      (isSameLine(complaint.place, place) || isSameLine(complaint.usedAt, place)),
  );
}

/** The accusation of what the run itself overwrites, where that stands at or before the end of a gradient. */
function overwrittenFactor(
  { parameter }: ParameterSeries,
  accusations: readonly Accusation[],
  { last }: CaseFile,
): Accusation | undefined {
  const spot = deadEndOf(parameter, last);
  const written = accusations.filter(({ complaint }) => complaint.fault === "assignedIntoParameter");
  return (
    spot &&
    written.find(({ names }) =>
      names.some((name) => {
        const one = last.parameters.get(name);
        return (
          one !== undefined &&
          (spot.origin.inputs.includes(one) || last.flow.influenceOf(one).has(spot.origin.tensor))
        );
      }),
    )
  );
}

/** A loss that fell to exactly 0 has no slope left. */
function hasArrived(steps: readonly number[], { losses, last: { trace, loss } }: CaseFile): boolean {
  // A factor of 0 makes it 0, and nothing has been learned.
  const { operation = "", inputs = [] } = trace.origins.get(loss) ?? {};
  const isScaled = operation === "multiply" || operation === "divide";
  if (isScaled && inputs.some(({ requiresGrad, data }) => requiresGrad && data[0] !== 0)) return false;
  return steps[0] !== 0 && steps.every((step) => losses[step] === 0);
}
