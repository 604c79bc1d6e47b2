import { Parameter } from "../../autograd/parameter.js";
import type { Tensor } from "../../autograd/tensor.js";
import { type Accusation, ancestorsOf, type Rule } from "../case-file.js";
import { placeOf } from "../place.js";

const ELEMENTWISE: ReadonlySet<string> = new Set(["add", "subtract", "multiply", "divide"]);

/** [B,1] against [B]: broadcasting makes a table of all pairs where each sample was to meet its own. */
export const broadcast: Rule = {
  name: "broadcast",
  find(file) {
    const { trace, flow } = file.last;
    return [...trace.origins.values()].flatMap((origin): Accusation[] => {
      const { operation, inputs, tensor } = origin;
      if (!ELEMENTWISE.has(operation) || inputs.length !== 2 || !flow.reachesLoss(tensor)) return [];
      const row = inputs.find(({ shape }) => shape.length === 1);
      const samples = row?.shape[0] ?? 0;
      const isGiven = row !== undefined && file.batch.has(row);
      const column = inputs.find(
        ({ shape }) =>
          shape.length === 2 && (shape[1] === 1 || (isGiven && shape[1] === samples && shape[0] === samples)),
      );
      const width = column?.shape[1] ?? 1;
      const isTable = column?.shape[0] === samples && samples > 1 && isOfSamples(row) && isOfSamples(column);
      const names = ancestorsOf([tensor], file);
      if (!isTable || names.length === 0) return [];
      return [
        {
          names,
          complaint: {
            status: "learns",
            fault: "conditionMixed",
            phrase:
              width === 1
                ? `${operation} compares every sample with every other`
                : `${operation} takes one number for each sample along the columns`,
            place: placeOf(origin.site),
            cause:
              width > 1
                ? `This ${operation} takes [${samples},${width}] and [${samples}]: broadcasting lays what is one number for each sample along the last axis, so every sample meets all of them.`
                : `This ${operation} takes [${samples},1] and [${samples}]: broadcasting makes [${samples},${samples}] of them, all pairs of samples, where each was to meet its own.`,
            repair: `Give both one shape: reshape the one of [${samples}] to [${samples}, 1].`,
          },
        },
      ];
    });
  },
};

function isOfSamples(tensor: Tensor | undefined): boolean {
  return tensor !== undefined && !(tensor instanceof Parameter);
}
