import type { Tensor } from "../../autograd/tensor.js";
import { type Accusation, type CaseFile, type Rule, untold } from "../case-file.js";
import { placeOf } from "../place.js";
import type { Edge } from "../trace.js";

/** A codebook whose chosen rows go on around the tape alone: the encoder learns, and nothing moves the codes. */
export const codesWithoutLoss: Rule = {
  name: "codes without a loss",
  find(file, told) {
    return untold(file, told).flatMap((one): Accusation[] => {
      const { name, parameter, turns, written } = one;
      if (turns.includes("learns") || written.includes(true)) return [];
      const edge = aroundTape(parameter, file);
      if (edge === undefined) return [];
      return [
        {
          names: [name],
          complaint: {
            status: "cut",
            fault: "detached",
            phrase: "the chosen rows go around the tape, and no other term of the loss moves {them|it}",
            place: placeOf(edge.site),
            cause:
              "Rows that are chosen of {these parameters|this parameter} come into the result by a detached difference: its gradient goes to what they were chosen for, and none to the rows.",
            repair:
              'Add a term that brings the rows to what they stand for, mse(rows, z.detach({ reason: "the codes follow" })) (arXiv:1711.00937), or move them by averages of it.',
          },
        },
      ];
    });
  },
};

/** The detach of a difference in which rows of a table stand for what is added again. */
function aroundTape(table: Tensor, { last: { trace, flow } }: CaseFile): Edge | undefined {
  const isTable = flow.edgesOutOf(table).some(({ to }) => trace.origins.get(to)?.operation === "gather");
  if (!isTable) return undefined;
  const rows = flow.influenceOf(table);
  return trace.edges.find(({ passage, from, to }) => {
    const [given, around] = trace.origins.get(from)?.inputs ?? [];
    if ((passage !== "declared" && passage !== "detached") || around === undefined || given === undefined)
      return false;
    const isDifference = trace.origins.get(from)?.operation === "subtract" && rows.has(given);
    const isAdded = flow.edgesOutOf(to).some(({ to: sum }) => {
      return trace.origins.get(sum)?.inputs.includes(around) === true;
    });
    return isDifference && isAdded && around.requiresGrad && flow.reachesLoss(to);
  });
}
