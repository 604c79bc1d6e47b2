import { type Accusation, ancestorsOf, type Rule } from "../case-file.js";
import { placeOf } from "../place.js";

/** A float32 of this size leaves no digit of scores of a usual size, which masks of -1e9 and -Infinity are meant to do. */
const MASKED = -1e8;

/** A mask that is added to scores, and that keeps none of them: what they were is rounded away. */
export const allMasked: Rule = {
  name: "all masked",
  find(file, told) {
    const { trace, flow } = file.last;
    return [...trace.origins.values()].flatMap((origin): Accusation[] => {
      const { operation, inputs, tensor } = origin;
      const isSum = (operation === "add" || operation === "subtract") && inputs.length === 2;
      const scores = inputs.find(({ requiresGrad }) => requiresGrad);
      if (!isSum || scores === undefined || !inputs.some(({ requiresGrad }) => !requiresGrad)) return [];
      const isGone =
        tensor.data.every((value) => value < MASKED) && scores.data.some((value) => value > MASKED);
      const names = ancestorsOf([scores], file).filter((name) => !told.has(name));
      if (!isGone || !flow.feedsTape(tensor) || names.length === 0) return [];
      return [
        {
          names,
          complaint: {
            status: "zero",
            fault: "alwaysZero",
            phrase: "a mask keeps nothing of what {they compute|it computes}",
            place: placeOf(origin.site),
            cause: `The mask that is added here masks all entries ([${tensor.shape}]): beside such numbers nothing is left of the scores, and the loss is the same whatever {these parameters are|this parameter is}.`,
            repair:
              "Look at how the mask is made, whether 1 stands for what counts or for what does not: it is to leave some entry of each row as it is.",
          },
        },
      ];
    });
  },
};
