/** Factors that no parameter is behind. */
import { largest } from "../core/extremes.js";
import type { Origin } from "./trace.js";

/** The size of a factor that nothing was computed for; the largest where it is a tensor. */
export function constantFactor({ operation, inputs, tensor }: Origin): number | undefined {
  if (operation !== "multiply" && operation !== "divide") return undefined;
  const [left, right] = inputs;
  if (right === undefined || !right.requiresGrad) {
    // Of a number, or of another tensor: known by what it makes of the first.
    const before = sizeOf(left?.data);
    return before === 0 ? undefined : sizeOf(tensor.data) / before;
  }
  return left === undefined || left.requiresGrad || operation === "divide" ? undefined : sizeOf(left.data);
}

function sizeOf(values: ArrayLike<number> | undefined): number {
  return largest(Array.from(values ?? [], Math.abs), 0);
}
