import { grad } from "../../autograd/grad.js";
import type { Parameter } from "../../autograd/parameter.js";
import type { Tensor } from "../../autograd/tensor.js";
import { type Accusation, type Rule, untold } from "../case-file.js";
import { putBack, type Subject } from "../observed-loss.js";
import type { ObservedStep } from "../observed-step.js";
import { placeOf } from "../place.js";
import { givenTensors, type Origin } from "../trace.js";

/** The cosine between a parameter and its gradient; of many entries it is near 0 by chance. */
const ALIKE = 0.99;
/** Where parts are penalized more than others it is less, and the penalty is nearly all of the loss. */
const LIKE = 0.9;
const NEARLY_ALL = 0.9;
/** What one update may leave of that. */
const NEAR = 0.5;
const MIN_ENTRIES = 8;

/** A penalty on the weights that is so large that every gradient points along the weights themselves. */
export const swamped: Rule = {
  name: "swamped by a penalty",
  isLast: true,
  find(file, told) {
    const { first, last } = file;
    const learning = untold(file, told).filter(({ turns }) => turns.includes("learns"));
    const large = learning.filter(({ parameter }) => parameter.size >= MIN_ENTRIES);
    const term = large.length < 2 || first.gradients.size === 0 ? undefined : penaltyOf(last);
    if (term === undefined) return [];
    const penalized = large.filter(({ parameter }) => {
      const influence = last.flow.influenceOf(parameter);
      return term.alone.some((one) => influence.has(one));
    });
    const parameters = penalized.map(({ parameter }) => parameter);
    if (cosine(parameters, last.gradients) <= NEAR) return [];
    const likeness = cosine(parameters, gradientsNow(file.subject, parameters));
    const isAll = [penaltyOf(first), term].some((one) => one !== undefined && isNearlyAll(one));
    if (likeness <= LIKE || (likeness <= ALIKE && !isAll)) return [];
    const accusation: Accusation = {
      names: learning.map(({ name }) => name),
      complaint: {
        status: "exploding",
        fault: "exploding",
        phrase: "a penalty swamps {their gradients|its gradient}",
        place: placeOf(term.origin.site),
        cause:
          "Every gradient points along the weights themselves: what is added here depends on the parameters alone, and it is so large that the rest of the loss has no say. All weights go to 0.",
        repair: "Lower its factor to about 0.0001, so that it is a small share of the loss, or leave it out.",
      },
    };
    return [accusation];
  },
};

interface Penalty {
  /** What it is added by. */
  readonly origin: Origin;
  /** What no sample of the batch leads to. */
  readonly alone: readonly Tensor[];
}

/** The last operation at which what no sample of the batch leads to is added to the rest. */
function penaltyOf({ trace, flow }: ObservedStep): Penalty | undefined {
  const ofBatch = new Set<Tensor>(
    givenTensors(trace).flatMap((given) => (given.size > 1 ? [...flow.influenceOf(given)] : [])),
  );
  const sums = [...trace.origins.values()].map((origin) => ({
    origin,
    alone: origin.inputs.filter((input) => input.requiresGrad && !ofBatch.has(input)),
  }));
  return sums.findLast(
    ({ origin, alone }) => origin.operation === "add" && ofBatch.has(origin.tensor) && alone.length > 0,
  );
}

/** Whether the penalty is nearly all of the sum that it is added to. */
function isNearlyAll({ origin: { tensor }, alone }: Penalty): boolean {
  const [sum = 0] = tensor.data;
  return tensor.size === 1 && alone.some(({ data: [part = 0] }) => part > NEARLY_ALL * sum);
}

/** Those of the last step are of the weights before its update. */
function gradientsNow(subject: Subject, parameters: readonly Parameter[]): Map<Tensor, Tensor> {
  return putBack(subject, () => {
    const found = grad(subject.loss(), parameters, { allowUnused: true });
    return new Map(parameters.flatMap((one, index) => (found[index] ? [[one, found[index]] as const] : [])));
  });
}

/** Between all weights together and their gradients. */
function cosine(parameters: readonly Tensor[], gradients: ReadonlyMap<Tensor, Tensor>): number {
  let [product, own, other] = [0, 0, 0];
  for (const parameter of parameters) {
    const gradient = gradients.get(parameter);
    for (let i = 0; i < parameter.size; i++) {
      const [a, b] = [parameter.data[i] as number, gradient?.data[i] ?? 0];
      product += a * b;
      own += a * a;
      other += b * b;
    }
  }
  return own === 0 || other === 0 ? 0 : product / Math.sqrt(own * other);
}
