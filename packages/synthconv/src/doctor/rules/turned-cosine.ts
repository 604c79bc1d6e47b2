import type { Tensor } from "../../autograd/tensor.js";
import { largest, smallest } from "../../core/extremes.js";
import { type Accusation, type CaseFile, type Rule, untold } from "../case-file.js";
import type { ObservedStep } from "../observed-step.js";
import { placeOf } from "../place.js";
import { numberText } from "../report/words.js";
import type { Origin } from "../trace.js";

/** What compares with a target by itself: where there is one, pushing away from another may be meant. */
const COMPARISONS: ReadonlySet<string> = new Set(["subtract", "crossEntropy", "maximum", "softplus", "relu"]);
const SUMS: ReadonlySet<string> = new Set(["sum", "mean"]);

/** The cosine with a target of the batch, returned as it is: the loss falls the further the two turn apart. */
export const turnedCosine: Rule = {
  name: "turned cosine",
  find(file, told) {
    const { last, losses, subject } = file;
    const isGame = subject.innerOptimizers.size > 0 || last.isOwnLoop;
    if (told.size > 0 || isGame || hasComparison(last)) return [];
    const found = [...last.trace.origins.values()].find((origin) => isTurned(origin, file));
    if (found === undefined) return [];
    const names = untold(file, told).flatMap(({ name, turns }) => (turns.includes("learns") ? [name] : []));
    const accusation: Accusation = {
      names,
      complaint: {
        status: "exploding",
        fault: "exploding",
        phrase: "the loss falls as what the network gives turns away from its target",
        place: placeOf(last.trace.origins.get(last.loss)?.site) ?? placeOf(found.site),
        cause: `The loss is the cosine of what the network gives with a target of the batch, and training makes it small, from ${numberText(losses[0])} to ${numberText(losses.at(-1))}: the two turn apart, to the opposite of each other.`,
        repair: "Turn it round: subtract(1, cosine), or its negative.",
      },
    };
    return names.length === 0 ? [] : [accusation];
  },
};

function hasComparison({ trace, flow }: ObservedStep): boolean {
  return [...trace.origins.values()].some(
    ({ operation, inputs, tensor }) =>
      COMPARISONS.has(operation) &&
      flow.feedsTape(tensor) &&
      inputs.some(({ requiresGrad }) => !requiresGrad),
  );
}

/** A product with a target, summed, that is normalised by its own size, and that the loss rises with in every entry. */
function isTurned({ operation, inputs, tensor }: Origin, { last, batch }: CaseFile): boolean {
  const { trace, flow, gradients } = last;
  const given = inputs.find(({ requiresGrad }) => requiresGrad);
  const target = inputs.find(({ requiresGrad }) => !requiresGrad);
  if (operation !== "multiply" || given === undefined || target?.size !== given.size) return false;
  const isOfBatch = [...batch.keys()].some((one) => flow.influenceOf(one).has(target));
  const isSummed = flow
    .edgesOutOf(tensor)
    .some(({ to }) => SUMS.has(trace.origins.get(to)?.operation ?? "") && to.size < tensor.size);
  if (!isOfBatch || !isSummed || !isNormalised(given, tensor, last)) return false;
  const gradient = Array.from(gradients.get(tensor)?.data ?? []);
  return smallest(gradient, 0) >= 0 && largest(gradient, 0) > 0;
}

/** Divided by what was computed from squares of the same values, before the product or behind it. */
function isNormalised(given: Tensor, product: Tensor, { trace, flow }: ObservedStep): boolean {
  const made = trace.origins.get(given);
  const own = made?.operation === "divide" && made.inputs[0] !== undefined ? made.inputs[0] : given;
  const behind = flow.influenceOf(product);
  return [...trace.origins.values()].some(({ operation, inputs: [over, under], tensor }) => {
    if (operation !== "divide" || over === undefined || under === undefined) return false;
    const isThis = tensor === given || (behind.has(over) && !behind.has(under));
    return isThis && under.requiresGrad && flow.influenceOf(own).has(under);
  });
}
