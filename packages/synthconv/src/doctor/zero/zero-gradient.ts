/** Why the gradient of a connected parameter is 0. */
import type { Parameter } from "../../autograd/parameter.js";
import type { Complaint } from "../complaint.js";
import type { ObservedStep } from "../observed-step.js";
import { explainSpot } from "./identities.js";
import { deadEndOf } from "./spot.js";

const NOTHING_ARRIVES: Complaint = {
  status: "zero",
  fault: "alwaysZero",
  phrase: "{their|its} gradient is always 0",
  cause:
    "The gradient is 0, and so is the one of everything that leads to the loss: the loss does not change with what the network gives.",
};

export function zeroGradient(
  parameter: Parameter,
  step: ObservedStep,
): { complaint: Complaint } | { excuse: string } {
  const spot = deadEndOf(parameter, step);
  return spot === undefined ? { complaint: NOTHING_ARRIVES } : explainSpot(spot);
}
