/** Why a parameter does not learn in one step, from what that step shows. */
import type { Parameter } from "../autograd/parameter.js";
import type { Complaint } from "./complaint.js";
import { cutComplaint } from "./cut-complaints.js";
import type { ObservedStep } from "./observed-step.js";
import type { Turn } from "./series.js";
import { zeroGradient } from "./zero/zero-gradient.js";

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
