/** Two results of the same operations on the same tensors: one of them was meant to come of something else. */

import { Parameter } from "../autograd/parameter.js";
import type { Tensor } from "../autograd/tensor.js";
import type { Origin, Trace } from "./trace.js";

export interface Twins {
  /** What both come of. */
  readonly source: Tensor;
  /** The first operation of each. */
  readonly earlier: Origin;
  readonly later: Origin;
}

/** Follows two results back to the tensor from which on they are computed twice. */
export function twinsBehind(one: Tensor, other: Tensor, { origins }: Trace): Twins | undefined {
  const [a, b] = [origins.get(one), origins.get(other)];
  const isAlike = a?.operation === b?.operation && a?.inputs.length === b?.inputs.length;
  if (one === other || a === undefined || b === undefined || !isAlike) return undefined;
  const at = a.inputs.findIndex((input, index) => input !== b.inputs[index]);
  if (at >= 0) return twinsBehind(a.inputs[at] as Tensor, b.inputs[at] as Tensor, { origins } as Trace);
  const source = a.inputs.find((input) => !(input instanceof Parameter));
  if (source === undefined) return undefined;
  const [earlier, later] = a.order < b.order ? [a, b] : [b, a];
  return { source, earlier, later };
}
