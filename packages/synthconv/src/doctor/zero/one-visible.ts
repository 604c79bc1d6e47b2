/** A softmax that has one entry left in every row that counts. */
import type { Identity } from "./identity.js";

/** Masks are of -1e9 or -Infinity; scores are not. */
const MASKED = -1e6;

/** The first position of a causal mask sees itself alone: its share is 1 whatever the scores are. */
export const oneVisible: Identity = {
  name: "one entry left by the mask",
  of({ origin, step }) {
    const { operation, tensor, inputs } = origin;
    const upstream = step.gradients.get(tensor)?.data;
    const given = inputs[0]?.data;
    if (operation !== "softmax" || upstream === undefined || given === undefined) return undefined;
    const width = tensor.shape.at(-1) ?? 1;
    let used = 0;
    for (let start = 0; start < tensor.size; start += width) {
      if (!upstream.subarray(start, start + width).some((value) => value !== 0)) continue;
      used++;
      if (given.subarray(start, start + width).filter((value) => value > MASKED).length !== 1)
        return undefined;
    }
    const rows = tensor.size / width;
    if (used === 0 || width < 2) return undefined;
    const some = used === rows ? "every row" : `all ${used} of ${rows} rows that the loss reads`;
    return {
      at: origin,
      phrase: "the mask leaves softmax one entry, whose share is 1 whatever {they compute|it computes}",
      cause: `In ${some} of softmax here ([${tensor.shape}]) the mask leaves one entry: it gets 1 and the others 0, whatever the scores are. Of a causal mask the first position is such a row, which sees itself alone.`,
      repair:
        "Let the loss read positions that see others as well: of a causal mask the last one, or all of them.",
    };
  },
};
