/** Numbers of a tensor that came back as a tensor of their own: seen in the step itself, where a second run would be another. */
import type { Parameter } from "../autograd/parameter.js";
import type { Tensor } from "../autograd/tensor.js";
import type { Births } from "./births.js";
import type { ObservedStep } from "./observed-step.js";
import type { Edge } from "./trace.js";

/** Undefined where no leaf that the loss was computed from has the very numbers of what a parameter led to. */
export function copyOf(parameter: Parameter, { trace, flow }: ObservedStep): Edge | undefined {
  const made = trace.entries.filter(
    ({ tensor, kind }) => kind === "leaf" && trace.origins.has(tensor) && flow.reachesLoss(tensor),
  );
  if (made.length === 0) return undefined;
  const influence = [...flow.influenceOf(parameter)];
  for (const { tensor: to, site } of made) {
    const sources = influence.filter((from) => from !== to && hasSameNumbers(from, to));
    const from = sources.at(-1);
    if (from !== undefined && !sources.some((one) => isDeclared(one, { flow })))
      return { from, to, passage: "numbers", site };
  }
  return undefined;
}

/** A leaf that an earlier step computed, and kept without its tape, where nothing of this one leads from the parameter. */
export function keptFrom(
  parameter: Parameter,
  { trace, flow }: ObservedStep,
  births: Births,
): Edge | undefined {
  for (const { tensor: to, kind } of trace.entries) {
    const isKept = kind === "leaf" && births.isEarlier(to) && to.node === undefined && flow.reachesLoss(to);
    const site = births.of(to)?.site;
    if (isKept && site !== undefined) return { from: parameter, to, passage: "kept", site };
  }
  return undefined;
}

/** One number alone, or zeros, may be the same by chance. */
function hasSameNumbers({ data }: Tensor, other: Tensor): boolean {
  return (
    data.length > 1 &&
    data.length === other.size &&
    data.some((value) => value !== data[0]) &&
    data.every((value, index) => value === other.data[index])
  );
}

function isDeclared(tensor: Tensor, { flow }: Pick<ObservedStep, "flow">): boolean {
  return flow.edgesInto(tensor).some(({ passage }) => passage === "declared");
}
