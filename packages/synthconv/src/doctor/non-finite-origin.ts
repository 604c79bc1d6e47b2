/** The operation that first makes NaN or Infinity: of its result, or of the gradient that it passes on. */
import { Parameter } from "../autograd/parameter.js";
import { noGrad } from "../autograd/tape.js";
import { provenance, type Tensor } from "../autograd/tensor.js";
import type { FloatArray } from "../core/float-array.js";
import type { Place } from "./diagnosis.js";
import type { ObservedStep } from "./observed-step.js";
import { placeOf } from "./place.js";
import type { Entry, Origin } from "./trace.js";

export interface NonFiniteOrigin {
  readonly of: "result" | "gradient";
  readonly origin: Origin;
}

/** Undefined where a leaf was not finite to begin with. */
export function nonFiniteOrigin({ trace, gradients }: ObservedStep): NonFiniteOrigin | undefined {
  const made = [...trace.origins.values()];
  const result = made.find(
    ({ tensor, inputs }) =>
      inputs.length > 0 && !allFinite(tensor.data) && inputs.every((input) => allFinite(input.data)),
  );
  // A mask of -Infinity is finite nowhere behind it, until something makes NaN of it.
  const spoilt =
    result ??
    made.find(({ tensor, inputs }) => hasNaN(tensor.data) && !inputs.some(({ data }) => hasNaN(data)));
  if (spoilt !== undefined) return { of: "result", origin: spoilt };
  // Gradients run from the last operation to the first.
  const gradient = made.findLast(({ tensor }) => {
    const upstream = gradients.get(tensor);
    if (upstream === undefined || !allFinite(upstream.data)) return false;
    // What this operation alone passes on: the gradient of an input is a sum over all that it went into.
    const passed = noGrad(() => tensor.node?.backward(upstream) ?? []);
    return passed.some((one) => one !== undefined && !allFinite(one.data));
  });
  return gradient && { of: "gradient", origin: gradient };
}

/** Operations that have no result below 0: a power of a number that is not whole among them. */
export const POSITIVE_ONLY: ReadonlySet<string> = new Set(["log", "sqrt", "pow"]);

/** Whether a log, a root or a power was first given a number below 0, of which it makes NaN. */
export function leavesDomain(step: ObservedStep): boolean {
  const found = Number.isNaN(step.loss.data[0]) ? nonFiniteOrigin(step) : undefined;
  if (found?.of !== "result" || !POSITIVE_ONLY.has(found.origin.operation)) return false;
  return found.origin.inputs[0]?.data.some((value) => value < 0) === true;
}

/** A tensor that came from outside, the batch or a constant, and is not finite; the first one that was used. */
export function nonFiniteInput({ trace }: ObservedStep): Entry | undefined {
  return trace.entries.find(
    ({ tensor, kind }) =>
      kind === "leaf" && !(tensor instanceof Parameter) && !allFinite(tensor.data) && !isMask(tensor.data),
  );
}

/** Where a tensor that is not finite became so before the run, where lines are kept: the first operation behind it. */
export function placeBeforeRun(tensor: Tensor): Place | undefined {
  const made = provenance.sites?.get(tensor);
  const spoilt = made?.inputs.find(({ data }) => !allFinite(data));
  return (spoilt && placeBeforeRun(spoilt)) ?? placeOf(made?.site);
}

/** 0 where something counts, and -Infinity where it does not. */
function isMask(values: FloatArray): boolean {
  return values.every((value) => value === 0 || value === Number.NEGATIVE_INFINITY);
}

function hasNaN(values: FloatArray): boolean {
  return values.some((value) => Number.isNaN(value));
}

function allFinite(values: FloatArray): boolean {
  return values.every((value) => Number.isFinite(value));
}
