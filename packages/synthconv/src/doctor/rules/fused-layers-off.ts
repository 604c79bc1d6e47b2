import { type Accusation, ancestorsOf, type CaseFile, type Rule } from "../case-file.js";
import { placeOf } from "../place.js";
import type { Origin } from "../trace.js";
import { isZero } from "../zero/spot.js";

/** Several layers are one operation there: what is off between them shows in the gradients of their weights alone. */
const FUSED: ReadonlySet<string> = new Set(["pixelNetwork", "pixelNetworkLoss"]);

/** Inside of a stack of layers a weight gets no gradient, though one arrives at the stack, first and last. */
export const fusedLayersOff: Rule = {
  name: "fused layers off",
  find(file, told) {
    const { last } = file;
    return [...last.trace.origins.values()].flatMap((origin): Accusation[] => {
      const upstream = last.gradients.get(origin.tensor);
      if (!FUSED.has(origin.operation) || upstream === undefined || isZero(upstream.data)) return [];
      const off = weightsWithoutGradient(origin, file);
      const names = ancestorsOf(off, file).filter((name) => !told.has(name));
      if (off.length === 0 || names.length === 0) return [];
      return [
        {
          names,
          complaint: {
            status: "learns",
            fault: "alwaysZero",
            severity: "warning",
            phrase: "a part of what {they give|it gives} gets no gradient",
            place: placeOf(origin.site),
            cause: `A gradient arrives at ${origin.operation} here, and ${off.length} of the ${origin.inputs.length - 1} weights and biases of its layers get 0: the units of a layer between are off, for every pixel of the batch.`,
            repair:
              "Start the biases of these layers near 0 and their weights by fan-in, or take leakyRelu as the activation.",
          },
        },
      ];
    });
  },
};

/** At the end: what starts from 0 on purpose has left it by then. */
function weightsWithoutGradient({ inputs }: Origin, { last }: CaseFile): Origin["inputs"] {
  return inputs.slice(1).filter((one) => one.requiresGrad && isZero(last.gradients.get(one)?.data));
}
