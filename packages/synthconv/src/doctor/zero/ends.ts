/** What stands where the network ends, and what constants are called. */
import type { Tensor } from "../../autograd/tensor.js";
import type { ObservedStep } from "../observed-step.js";
import type { Origin } from "../trace.js";

/** Of what stands behind all that is trained. */
export const LEAVE_OUT = "nothing is trained behind it, and what it cuts off it can never give.";

/** Whether nothing is trained behind an operation. */
export function isOutput({ tensor }: Origin, { flow, parameters }: ObservedStep): boolean {
  const behind = flow.influenceOf(tensor);
  return ![...parameters.values()].some((one) =>
    flow.edgesOutOf(one).some(({ to }) => behind.has(to) && to !== tensor),
  );
}

export function factorName({ label, rank, shape }: Tensor): string {
  if (label !== "tensor") return label;
  return rank === 0 ? "a number" : `a tensor [${shape}]`;
}
