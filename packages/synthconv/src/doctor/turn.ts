/** Why a parameter does not learn in one step, from what that step shows. */
import type { Parameter } from "../autograd/parameter.js";
import type { Complaint } from "./complaint.js";
import { cutComplaint } from "./cut-complaints.js";
import type { ObservedStep } from "./observed-step.js";
import { zeroGradient } from "./zero/zero-gradient.js";

/**
 * - `learns`: a gradient other than 0 arrived, from the loss or for an optimizer that stepped inside of it.
 * - `zero`: connected, and the gradient was 0.
 * - `cut`, `declared`: the loss was computed from it, and no gradient could flow back.
 * - `idle`: the loss was not computed from it.
 * - `frozen`: not to be trained in that step.
 */
export type Turn = "learns" | "zero" | "cut" | "declared" | "idle" | "frozen";

/** A complaint, or the reason why there is nothing to complain of. */
export interface Explained {
  readonly complaint?: Complaint;
  readonly excuse?: string;
  readonly step: number;
}

export function explainTurn(turn: Turn, parameter: Parameter, step: ObservedStep): Explained {
  const at = { step: step.index };
  const way = step.flow.reachOf(parameter);
  if (turn === "zero") return { ...zeroGradient(parameter, step), ...at };
  if (way.kind === "cut") return { complaint: cutComplaint(way.edge, step.trace), ...at };
  if (way.kind === "declared" && way.edge.reason !== undefined) return { excuse: way.edge.reason, ...at };
  return at;
}
