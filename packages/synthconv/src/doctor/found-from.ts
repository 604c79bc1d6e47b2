/** Vectors of a power iteration, which the size of a matrix is measured by. */
import { Parameter } from "../autograd/parameter.js";
import type { Tensor } from "../autograd/tensor.js";
import { largest } from "../core/extremes.js";
import type { Trace } from "./trace.js";
import { unmoved } from "./zero/spot.js";

/** Whether a held vector, which a matrix was applied to, is applied to that matrix again: its largest stretch. */
export function isFoundFrom(held: Tensor, open: readonly Tensor[], matrix: Tensor, trace: Trace): boolean {
  const isVector = held.size === largest(held.shape);
  const isMatrix = matrix instanceof Parameter && matrix.rank === 2;
  const isOfMatrix = (one: Tensor): boolean => {
    const { operation, inputs = [] } = trace.origins.get(one) ?? {};
    return (
      unmoved(one, trace) === matrix ||
      (operation === "matmul" && inputs.some((input) => unmoved(input, trace) === matrix))
    );
  };
  return isVector && isMatrix && open.some(isOfMatrix);
}
