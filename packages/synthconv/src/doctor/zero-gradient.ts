/** Where a gradient of zeros comes from: the operation that a gradient still enters and only zeros leave. */
import type { Tensor } from "../autograd/tensor.js";
import type { FloatArray } from "../core/float-array.js";
import type { ObservedStep } from "./observed-steps.js";
import type { Origin } from "./trace.js";

export type DeadEnd =
  /** All that an operation gives is 0: units that are off for every input. */
  | { readonly kind: "off"; readonly origin: Origin }
  /** The gradient is multiplied with zeros: a leaf that is 0 everywhere. */
  | { readonly kind: "factor"; readonly origin: Origin; readonly factor: Tensor }
  /** The operation's derivative is 0 for these inputs. */
  | { readonly kind: "flat"; readonly origin: Origin };

/** Undefined where no gradient arrives at all, because nothing between it and the loss has one. */
export function deadEndOf(parameter: Tensor, { trace, flow, gradients }: ObservedStep): DeadEnd | undefined {
  const influence = flow.influenceOf(parameter);
  let first: { origin: Origin; from: Tensor } | undefined;
  for (const { from, to } of trace.edges) {
    const origin = influence.has(from) ? trace.origins.get(to) : undefined;
    if (origin === undefined || isZero(gradients.get(to)?.data) || !isZero(gradients.get(from)?.data))
      continue;
    if (first === undefined || origin.order < first.origin.order) first = { origin, from };
  }
  if (first === undefined) return undefined;
  const { origin, from } = first;
  if (isZero(origin.tensor.data) && origin.inputs.length === 1) return { kind: "off", origin };
  const factor = origin.inputs.find((input) => input !== from && isZero(input.data));
  if (factor === undefined) return { kind: "flat", origin };
  const source = producerOf(factor, trace.origins);
  return source === undefined ? { kind: "factor", origin, factor } : { kind: "off", origin: source };
}

/** The operation whose result a tensor of zeros first was, before it was only moved about. */
function producerOf(zeros: Tensor, origins: ReadonlyMap<Tensor, Origin>): Origin | undefined {
  let found = origins.get(zeros);
  for (;;) {
    const input = found?.inputs.length === 1 ? found.inputs[0] : undefined;
    const earlier = input !== undefined && isZero(input.data) ? origins.get(input) : undefined;
    if (earlier === undefined || earlier.inputs.length === 0) break;
    found = earlier;
  }
  return found === undefined || found.inputs.length === 0 ? undefined : found;
}

export function isZero(values: FloatArray | undefined): boolean {
  return values === undefined || values.every((value) => value === 0);
}
