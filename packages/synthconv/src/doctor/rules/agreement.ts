import type { Parameter } from "../../autograd/parameter.js";
import type { Tensor } from "../../autograd/tensor.js";
import type { Accusation, CaseFile, Rule } from "../case-file.js";
import { valuesWith } from "../changed-run.js";
import { cosineOf } from "../cosine.js";
import type { ObservedStep } from "../observed-step.js";
import { COMPARISONS } from "../operations.js";
import { placeOf, placesInRun } from "../place.js";
import type { Origin } from "../trace.js";

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
    if (found === undefined || place === undefined || !(first > 0 || place.isCosine)) return [];
    const isShared = found.every(({ isApart }) => !isApart);
    // One network that is propagated from more than once has other terms to hold it.
    if (isShared && last.trace.propagatedFrom.size > 0) return [];
    const trained = [...last.parameters.values()].filter(({ trainable }) => trainable);
    if (!found.some(({ isCosine }) => isCosine) ? !hasEndAtZero(file, trained) : !hasEndAtOne(file, trained))
      return [];
    const { operation, site } = place.origin;
    const lines = placesInRun(site);
    const compared = place.isCosine ? "cosine" : operation;
    const accusation: Accusation = {
      names: [...last.parameters].flatMap(([name, one]) => (one.trainable ? [name] : [])),
      complaint: {
        status: "learns",
        fault: "collapsedGenerator",
        // A cosine is computed by a helper, as a rule: its call is the line that a person wrote.
        place: place.isCosine ? lines.at(-1) : placeOf(site),
        ...(isShared ? sharedSentences(compared) : apartSentences(compared)),
      },
    };
    return [accusation];
  },
};

/** Weights of 0 give one answer for all; of networks that are apart each its own. */
function hasEndAtZero(file: CaseFile, trained: readonly Parameter[]): boolean {
  const least = valuesWith(file, trained, () => 0)?.at(-1) ?? Number.NaN;
  return Math.abs(least) <= NOTHING * (file.losses[0] ?? 0);
}

/** Of a cosine the one answer is to have a size: biases of 1 give it, and no loss that training reaches is lower. */
function hasEndAtOne(file: CaseFile, trained: readonly Parameter[]): boolean {
  const biases = new Set(trained.filter(({ rank }) => rank === 1));
  let at = 0;
  // In the order of the parameters: an entry does not say whose it is.
  const isBias = trained.flatMap((one) => Array.from({ length: one.size }, () => biases.has(one)));
  const least = valuesWith(file, trained, () => Number(isBias[at++]))?.at(-1) ?? Number.NaN;
  return biases.size > 0 && file.losses.every((loss) => least <= loss + ROUNDING * Math.abs(loss));
}

/** Of a float32 sum. */
const ROUNDING = 1e-4;

type Sentences = Pick<Accusation["complaint"], "phrase" | "cause" | "repair">;

function apartSentences(operation: string): Sentences {
  return {
    phrase: "both sides of the only comparison are trained, and nothing holds either",
    cause: `The ${operation} here compares what two trained networks give, and the loss looks at nothing else: it is at its lowest as soon as both give the same for every input, and training goes there.`,
    repair:
      'Freeze the one that teaches, teacher.freeze(), or compute it as a constant, target.detach({ reason: "teacher" }), and give the optimizer the other alone; or add a term that compares with a target of the batch.',
  };
}

function sharedSentences(operation: string): Sentences {
  return {
    phrase: "two views that one network gives are to agree, and nothing keeps samples apart",
    cause: `The ${operation} here compares what one network gives for two views, and the loss looks at nothing else: it is at its lowest as soon as every input gives the same, and training goes there.`,
    repair:
      'Put a predictor behind one view and compute the other as a constant, target.detach({ reason: "the other view" }); or add a term that keeps samples apart: negatives, or the variance of each feature over the batch.',
  };
}

interface Comparison {
  readonly origin: Origin;
  /** Whether no parameter has a part in both sides. */
  readonly isApart: boolean;
  readonly isCosine: boolean;
}

/** The comparisons of what is trained that all gradients come through; undefined where they come another way as well. */
function comparisonsIn({ trace, flow, loss, parameters }: ObservedStep): Comparison[] | undefined {
  if (trace.edges.some(({ passage, to }) => passage !== "tape" && flow.reachesLoss(to))) return undefined;
  const trained = [...parameters.values()].filter((one) => one.trainable);
  const ownersOf = (side: Tensor): Set<Tensor> =>
    new Set(trained.filter((one) => flow.influenceOf(one).has(side)));
  const behind = (current: Tensor, isEven: boolean): Comparison[] | undefined => {
    const origin = trace.origins.get(current);
    const cosine = origin && cosineOf(origin, { trace });
    if (cosine !== undefined) {
      const [one, other] = cosine.inputs.map(ownersOf) as [Set<Tensor>, Set<Tensor>];
      return [{ origin: cosine, isApart: [...one].every((owner) => !other.has(owner)), isCosine: true }];
    }
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
    if (!COMPARISONS.has(operation) || own.size === 0 || others.size === 0) return undefined;
    const isApart = [...own].every((one) => !others.has(one));
    // A difference of two numbers, of two critics' say, has no end where both are 0.
    return isApart || isEven || operation !== "subtract" ? [{ origin, isApart, isCosine: false }] : undefined;
  };
  return behind(loss, false);
}
