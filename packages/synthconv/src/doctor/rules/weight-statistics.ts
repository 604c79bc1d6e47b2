import type { Tensor } from "../../autograd/tensor.js";
import type { Accusation, CaseFile, Rule } from "../case-file.js";
import { generatedWeights } from "../generated-weights.js";
import { placeOf } from "../place.js";
import { type ChangedInput, type Ownership, ownershipOf, structureOf } from "../sample-ownership.js";
import type { Origin } from "../trace.js";
import { breaks } from "./samples.js";

/** Statistics of the batch inside of written weights: a sample's own follow the conditions of all others. */
export const weightStatistics: Rule = {
  name: "weight statistics",
  find(file, told, accusations) {
    if (accusations.some(({ complaint }) => complaint.fault === "conditionMixed")) return [];
    const weights = generatedWeights(file.last).filter(({ samples = 0 }) => samples > 1);
    const ownership = weights.length === 0 ? undefined : ownershipOf(file.subject, file.batch);
    if (ownership === undefined) return [];
    for (const { tensor, generators } of weights) {
      const names = generators.filter((name) => !told.has(name));
      const at = positionOf(tensor, ownership, file);
      for (const input of ownership.inputs) {
        if (at < 0 || file.mixes.includes(input.name) || structureOf(at, ownership, input) !== "shared")
          continue;
        const [culprit] = breaks(input, ownership, isStatistic, 1, at);
        if (
          culprit !== undefined &&
          isOpen(culprit.tensor, tensorAt(at, ownership), ownership) &&
          names.length > 0
        )
          return [accusation(culprit, input, names)];
      }
    }
    return [];
  },
};

function tensorAt(at: number, { base }: Ownership): Tensor {
  return (base.origins[at] as Origin).tensor;
}

/** Whether a value leads to another on the tape: what is cut on the way is told of at the cut. */
function isOpen(from: Tensor, to: Tensor, { flow }: Ownership): boolean {
  const met = new Set([from]);
  for (const one of met) {
    for (const edge of flow.edgesOutOf(one)) if (edge.passage === "tape") met.add(edge.to);
  }
  return met.has(to);
}

/**
 * Of what is trained: a batch of conditions may be standardized. The layer of the library keeps running statistics for
 * later, and is a decision that can be read.
 */
function isStatistic({ operation, tensor }: Origin): boolean {
  if (!tensor.requiresGrad) return false;
  return operation === "mean" || operation === "sum" || operation === "max" || operation === "min";
}

/** Where the runs that are compared have what a watched step had. */
function positionOf(tensor: Tensor, { base }: Ownership, { last }: CaseFile): number {
  const position = [...last.trace.origins.keys()].indexOf(tensor);
  const { operation } = last.trace.origins.get(tensor) ?? {};
  return base.origins[position]?.operation === operation ? position : -1;
}

function accusation(
  { operation, site, tensor }: Origin,
  { name }: ChangedInput,
  names: string[],
): Accusation {
  return {
    names,
    complaint: {
      status: "learns",
      severity: "warning",
      fault: "conditionMixed",
      phrase: `${operation} over the batch stands inside of the written weights`,
      place: placeOf(site),
      cause: `This ${operation} goes over the batch ([${tensor.shape}]) on the way from ${name} to the weights that are written: the weights of a sample follow the ${name} of all others, and in another batch, or alone, it gets other weights.`,
      repair: `Take it over what belongs to one sample, its features: { axes: [1], keepDims: true }, or layerNorm. Where it is meant, say so: mixes: ["${name}"].`,
    },
  };
}
