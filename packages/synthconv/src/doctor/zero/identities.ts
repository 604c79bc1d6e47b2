/**
 * Why an operation lets no influence of a parameter through: each an exact identity of what it computes, with a
 * sentence and a repair of its own. A new one is a row.
 */
import type { Complaint } from "../complaint.js";
import { isRecordedByUser, placeOf } from "../place.js";
import { comparedWithItself, sameOnBothSides, straightThrough, takenBack } from "./cancelled.js";
import { ALWAYS_ZERO, type Identity } from "./identity.js";
import { maskedOut } from "./masked-out.js";
import { oneVisible } from "./one-visible.js";
import { smallFactor } from "./small-factor.js";
import { isZero, type Spot } from "./spot.js";
import { droppedOut, notChosen, outOfRange, zeroFactor } from "./stopped.js";
import {
  factorTakenAway,
  normalisedOne,
  ofOneEntry,
  shiftBeforeSoftmax,
  shiftNormalised,
  shiftTakenAway,
  sizeTakenAway,
  softmaxSummed,
} from "./taken-away.js";
import { unitsOff } from "./units-off.js";

export const IDENTITIES: readonly Identity[] = [
  straightThrough,
  ofOneEntry,
  normalisedOne,
  comparedWithItself,
  softmaxSummed,
  shiftBeforeSoftmax,
  zeroFactor,
  droppedOut,
  unitsOff,
  notChosen,
  maskedOut,
  sizeTakenAway,
  factorTakenAway,
  shiftTakenAway,
  shiftNormalised,
  sameOnBothSides,
  takenBack,
  oneVisible,
  outOfRange,
  smallFactor,
];

/** The first identity that holds, else a sentence that says what was seen and no more. */
export function explainSpot(spot: Spot): { complaint: Complaint } | { excuse: string } {
  for (const identity of IDENTITIES) {
    const found = identity.of(spot);
    if (found === undefined) continue;
    if ("excuse" in found) return found;
    const { at, ...sentences } = found;
    return { complaint: { status: "zero", fault: "alwaysZero", place: placeOf(at.site), ...sentences } };
  }
  const { origin, from, parameter, step } = spot;
  if (isRecordedByUser(origin.site)) {
    const { operation, tensor } = origin;
    return {
      complaint: {
        status: "zero",
        fault: "ownOperation",
        phrase: `the backward of ${operation} returns zeros for {them|it}`,
        place: placeOf(origin.site),
        cause: `The operation ${operation} is your own ([${tensor.shape}]): a gradient arrives at its backward, and what that returns is 0 everywhere.`,
        repair:
          "Return the upstream gradient times the derivative; for a function of steps, the upstream gradient itself (straight through).",
      },
    };
  }
  if (from === parameter) return { excuse: "its gradient sums to 0 over the batch" };
  return {
    complaint: {
      status: "zero",
      fault: "alwaysZero",
      phrase: ALWAYS_ZERO,
      place: placeOf(origin.site),
      cause: isZero(step.gradients.get(from)?.data)
        ? `A gradient arrives at ${origin.operation}, and what it passes on is 0 for every input of the batch ([${origin.tensor.shape}]).`
        : `What comes to ${origin.operation} here follows {these parameters|this parameter}, and its result ([${origin.tensor.shape}]) does not, up to rounding.`,
    },
  };
}
