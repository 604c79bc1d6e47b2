import type { Tensor } from "../../autograd/tensor.js";
import { type Accusation, type CaseFile, type Rule, untold } from "../case-file.js";
import { placeOf } from "../place.js";
import { givenTensors, type Origin } from "../trace.js";

/** The cosine between a parameter and its gradient; of many entries it is near 0 by chance. */
const ALIKE = 0.99;
const MIN_ENTRIES = 8;

/** A penalty on the weights that is so large that every gradient points along the weights themselves. */
export const swamped: Rule = {
  name: "swamped by a penalty",
  isLast: true,
  find(file, told) {
    const { first, last } = file;
    const learning = untold(file, told).filter(({ turns }) => turns.includes("learns"));
    const large = learning.filter(({ parameter }) => parameter.size >= MIN_ENTRIES);
    const isAlike = ({ parameter }: (typeof large)[number]): boolean =>
      cosine(parameter, last.gradients.get(parameter)) > ALIKE;
    if (large.length < 2 || !large.every(isAlike) || first.gradients.size === 0) return [];
    const term = penaltyOf(file);
    if (term === undefined) return [];
    const accusation: Accusation = {
      names: learning.map(({ name }) => name),
      complaint: {
        status: "exploding",
        fault: "exploding",
        phrase: "a penalty swamps {their gradients|its gradient}",
        place: placeOf(term.site),
        cause:
          "Every gradient points along the weights themselves: what is added here depends on the parameters alone, and it is so large that the rest of the loss has no say. All weights go to 0.",
        repair: "Lower its factor to about 0.0001, so that it is a small share of the loss, or leave it out.",
      },
    };
    return [accusation];
  },
};

/** The last operation of what no sample of the batch leads to, where it is added to the rest. */
function penaltyOf({ last: { trace, flow } }: CaseFile): Origin | undefined {
  const ofBatch = new Set<Tensor>(
    givenTensors(trace).flatMap((given) => (given.size > 1 ? [...flow.influenceOf(given)] : [])),
  );
  return [...trace.origins.values()].findLast(({ operation, inputs, tensor }) => {
    const alone = inputs.filter((input) => input.requiresGrad && !ofBatch.has(input));
    return operation === "add" && ofBatch.has(tensor) && alone.length > 0;
  });
}

function cosine({ data }: Tensor, gradient: Tensor | undefined): number {
  if (gradient === undefined) return 0;
  let [product, own, other] = [0, 0, 0];
  for (let i = 0; i < data.length; i++) {
    const [a, b] = [data[i] as number, gradient.data[i] as number];
    product += a * b;
    own += a * a;
    other += b * b;
  }
  return own === 0 || other === 0 ? 0 : product / Math.sqrt(own * other);
}
