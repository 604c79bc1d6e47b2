/** Factors that no parameter is behind. */
import { largest } from "../core/extremes.js";
import type { Origin } from "./trace.js";

/** The size of a factor that nothing was computed for; the largest where it is a tensor. */
export function constantFactor({ operation, inputs, tensor }: Origin): number | undefined {
  if (operation !== "multiply" && operation !== "divide") return undefined;
  const [left, right] = inputs;
  const constant = inputs.find(({ requiresGrad }) => !requiresGrad);
  if (inputs.length === 2 && constant === undefined) return undefined;
  // A number that is no tensor is known by what it makes of the other.
  const [before, after] = [left, tensor].map((one) => largest(Array.from(one?.data ?? [], Math.abs), 0));
  if (constant === undefined || constant === right)
    return (before as number) === 0 ? undefined : (after as number) / (before as number);
  const size = largest(Array.from(constant.data, Math.abs), 0);
  return operation === "divide" ? undefined : size;
}
