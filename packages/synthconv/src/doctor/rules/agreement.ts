import type { Tensor } from "../../autograd/tensor.js";
import type { Accusation, Rule } from "../case-file.js";
import { valuesWith } from "../changed-run.js";
import type { ObservedStep } from "../observed-step.js";
import { placeOf } from "../place.js";
import type { Origin } from "../trace.js";

const DISTANCES: ReadonlySet<string> = new Set(["mse", "l1", "huber", "charbonnier", "subtract"]);
/** Rounding; a loss that anything else holds is far from it. */
const NOTHING = 1e-6;

/** Behind these what is below 0 counts as what is above. */
const EVEN: ReadonlySet<string> = new Set(["square", "abs"]);

/**
 * Two networks, or one network and two views, that are trained to agree, and nothing that they have to agree on: one
 * answer for all is enough.
 */
export const agreement: Rule = {
  name: "agreement alone",
  find(file, told) {
    const { last, losses } = file;
    const found = told.size > 0 || last.isOwnLoop ? undefined : comparisonsIn(last);
    const [first = 0] = losses;
    const [place] = found ?? [];
    if (found === undefined || place === undefined || !(first > 0)) return [];
    const isShared = found.every(({ isApart }) => !isApart);
    // One network that is propagated from more than once has other terms to hold it.
    if (isShared && last.trace.propagatedFrom.size > 0) return [];
    const trained = [...last.parameters.values()].filter(({ trainable }) => trainable);
    // Weights of 0 give one answer for all; of networks that are apart each its own.
    const least = valuesWith(file, trained, () => 0)?.at(-1) ?? Number.NaN;
    if (!(Math.abs(least) <= NOTHING * first)) return [];
    const { operation } = place.origin;
    const accusation: Accusation = {
      names: [...last.parameters].flatMap(([name, one]) => (one.trainable ? [name] : [])),
      complaint: {
        ...{ status: "learns", fault: "collapsedGenerator", place: placeOf(place.origin.site) },
        ...(isShared ? sharedSentences(operation) : apartSentences(operation)),
      },
    };
    return [accusation];
  },
};

type Sentences = Pick<Accusation["complaint"], "phrase" | "cause" | "repair">;

function apartSentences(operation: string): Sentences {
  return {
    phrase: "both sides of the only comparison are trained, and nothing holds either",
    cause: `The ${operation} here compares what two trained networks give, and the loss looks at nothing else: it is 0 as soon as both give the same for every input, and training goes there.`,
    repair:
      'Freeze the one that teaches, teacher.freeze(), or compute it as a constant, target.detach({ reason: "teacher" }), and give the optimizer the other alone; or add a term that compares with a target of the batch.',
  };
}

function sharedSentences(operation: string): Sentences {
  return {
    phrase: "two views that one network gives are to agree, and nothing keeps samples apart",
    cause: `The ${operation} here compares what one network gives for two views, and the loss looks at nothing else: it is 0 as soon as every input gives the same, and training goes there.`,
    repair:
      'Put a predictor behind one view and compute the other as a constant, target.detach({ reason: "the other view" }); or add a term that keeps samples apart: negatives, or the variance of each feature over the batch.',
  };
}

interface Comparison {
  readonly origin: Origin;
  /** Whether no parameter has a part in both sides. */
  readonly isApart: boolean;
}

/** The comparisons of what is trained that all gradients come through; undefined where they come another way as well. */
function comparisonsIn({ trace, flow, loss, parameters }: ObservedStep): Comparison[] | undefined {
  if (trace.edges.some(({ passage, to }) => passage !== "tape" && flow.reachesLoss(to))) return undefined;
  const trained = [...parameters.values()].filter((one) => one.trainable);
  const ownersOf = (side: Tensor): Set<Tensor> =>
    new Set(trained.filter((one) => flow.influenceOf(one).has(side)));
  const behind = (current: Tensor, isEven: boolean): Comparison[] | undefined => {
    const origin = trace.origins.get(current);
    const computed = origin?.inputs.filter(({ requiresGrad }) => requiresGrad) ?? [];
    const [left, right] = computed;
    if (origin === undefined || left === undefined || computed.length > 2) return undefined;
    const { operation } = origin;
    if (right === undefined) return behind(left, isEven || EVEN.has(operation));
    // A square may be written as a product with itself.
    if (left === right) return behind(left, isEven || operation === "multiply");
    if (operation === "add") {
      const [one, other] = [behind(left, isEven), behind(right, isEven)];
      return one && other && [...one, ...other];
    }
    const [own, others] = [ownersOf(left), ownersOf(right)];
    if (!DISTANCES.has(operation) || own.size === 0 || others.size === 0) return undefined;
    const isApart = [...own].every((one) => !others.has(one));
    // A difference of two numbers, of two critics' say, has no end where both are 0.
    return isApart || isEven || operation !== "subtract" ? [{ origin, isApart }] : undefined;
  };
  return behind(loss, false);
}
