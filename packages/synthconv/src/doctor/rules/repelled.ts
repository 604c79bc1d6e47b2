import type { Tensor } from "../../autograd/tensor.js";
import { type Accusation, type CaseFile, type Rule, untold } from "../case-file.js";
import { observedLoss, putBack } from "../observed-loss.js";
import type { ObservedStep } from "../observed-step.js";
import { placeOf } from "../place.js";
import { numberText } from "../report/words.js";
import { type Origin, Trace } from "../trace.js";
import { unmoved } from "../zero/spot.js";

/** Which way a comparison with a target of the batch moves what the network gives. */
type Pull = "towards" | "away";

const DISTANCES: ReadonlySet<string> = new Set(["mse", "l1", "huber", "charbonnier"]);
/** What gives shares, or the log of them. */
const SHARES: ReadonlySet<string> = new Set(["softmax", "logSoftmax", "sigmoid", "exp", "log"]);
/** Robust errors have entries without a slope; a pull the other way is one that a few entries do not speak for. */
const NEARLY_ALL = 0.95;
/** Errors that are all of one sign, up to a share of chance, may be a bar to be passed. */
const ONE_SIGN = 0.2;
/** Rounding of a float32 loss that sums many entries. */
const ROUNDING = 1e-5;

/** All comparisons with what is known push away from it, and the loss falls for it: a likelihood without its minus. */
export const repelled: Rule = {
  name: "repelled",
  isLast: true,
  find(file, told) {
    const { first, last, losses, subject } = file;
    const isGame = subject.innerOptimizers.size > 0 || last.isOwnLoop || hasFrozenBehind(last);
    if (told.size > 0 || isGame || hasConstant(last)) return [];
    const [before, after] = [first, last].map((step) => comparisonsIn(step, file));
    const all = [...(before ?? []), ...(after ?? [])];
    if (before?.length === 0 || after?.length === 0 || all.some(({ pull }) => pull === "towards")) return [];
    const names = untold(file, told).flatMap(({ name, turns }) => (turns.includes("learns") ? [name] : []));
    const isBar = (one: Comparison): boolean => one.isOneSided && !isEvenAt(one.index, file);
    if (names.length === 0 || (after ?? []).some(isBar) || hasOtherWay(after as Comparison[], last))
      return [];
    const [{ origin, target }] = after as [Comparison];
    const accusation: Accusation = {
      names,
      complaint: {
        status: "exploding",
        fault: "exploding",
        phrase: `the loss falls as what the network gives leaves ${target}`,
        place: placeOf(last.trace.origins.get(last.loss)?.site) ?? placeOf(origin.site),
        cause: `The ${origin.operation} compares what the network gives with ${target} of the batch, and the loss, from ${numberText(losses[0])} to ${numberText(losses.at(-1))}, falls the further they are apart, for nearly every entry: what should become large is made small.`,
        repair:
          "Turn the sign round: return negate(...) of what is to become large, or 1 minus it where it is a share.",
      },
    };
    return [accusation];
  },
};

interface Comparison {
  readonly origin: Origin;
  /** Among the operations of the run. */
  readonly index: number;
  /** What is compared. */
  readonly given: Tensor;
  readonly target: string;
  readonly pull: Pull;
  /** Of a difference, whether what the network gives is above nearly all of the target, or below. */
  readonly isOneSided: boolean;
}

/** Whether a parameter leads to the loss beside what is compared: a likelihood of its logits, say. */
function hasOtherWay(
  comparisons: readonly Comparison[],
  { trace, flow, loss, parameters }: ObservedStep,
): boolean {
  const compared = new Set(comparisons.map(({ given }) => unmoved(given, trace)));
  const met = new Set([loss]);
  for (const one of met) {
    for (const { from, passage } of flow.edgesInto(one)) {
      if (passage === "tape" && from.requiresGrad && !compared.has(from)) met.add(from);
    }
  }
  return [...parameters.values()].some((one) => one.trainable && met.has(one));
}

function comparisonsIn(step: ObservedStep, { batch }: CaseFile): Comparison[] {
  const { trace, flow } = step;
  return [...trace.origins.values()].flatMap((origin, index): Comparison[] => {
    const [left, right] = origin.inputs;
    if (origin.operation === "crossEntropy") return classesCompared(origin, index, step);
    if (origin.inputs.length !== 2 || left === undefined || right === undefined) return [];
    const target = [left, right].find((one) => !one.requiresGrad && batch.has(unmoved(one, trace)));
    const given = [left, right].find(({ requiresGrad }) => requiresGrad);
    if (target === undefined || given?.size !== target.size || !flow.feedsTape(origin.tensor)) return [];
    const pull = pullOf(origin, given, target, step);
    const name = batch.get(unmoved(target, trace)) as string;
    const isOneSided = origin.operation === "subtract" && isOfOneSign(origin.tensor.data);
    return pull === undefined ? [] : [{ origin, index, given, target: name, pull, isOneSided }];
  });
}

/** Classes are a list of numbers, and no tensor. */
function classesCompared(origin: Origin, index: number, { flow, gradients }: ObservedStep): Comparison[] {
  const [given] = origin.inputs;
  const slope = gradients.get(origin.tensor)?.data[0];
  if (given?.requiresGrad !== true || slope === undefined || !flow.feedsTape(origin.tensor)) return [];
  const pull = slope < 0 ? "away" : "towards";
  return [{ origin, index, given, target: "the classes", pull, isOneSided: false }];
}

function pullOf(origin: Origin, given: Tensor, target: Tensor, step: ObservedStep): Pull | undefined {
  const gradient = step.gradients.get(origin.tensor)?.data;
  if (gradient === undefined) return undefined;
  const { operation, tensor } = origin;
  if (DISTANCES.has(operation)) return (gradient[0] as number) < 0 ? "away" : "towards";
  const share = step.trace.origins.get(unmoved(given, step.trace))?.operation ?? "";
  if (operation === "multiply" && SHARES.has(share) && isLabel(target, share !== "sigmoid")) {
    // What counts is where the target marks something.
    const marked = Array.from(gradient).filter((value, index) => target.data[index] === 1 && value !== 0);
    if (marked.length === 0) return undefined;
    return marked.every((value) => value > 0) ? "away" : "towards";
  }
  // What is measured beside it, its size, say, may be what holds it: then it is a place to keep away from.
  const isOnlyWay = step.flow.edgesOutOf(given).length === 1;
  return operation === "subtract" && isOnlyWay ? pullOnDifference(tensor.data, gradient) : undefined;
}

/** Marks of 0 and 1; of classes that share, one in each row: several would be costs. */
function isLabel({ data, shape }: Tensor, hasOneInRow: boolean): boolean {
  if (!data.every((value) => value === 0 || value === 1)) return false;
  const width = shape.at(-1) ?? 1;
  const marks = Array.from(data).filter((value) => value === 1).length;
  const isRowMarked = (row: number): boolean => data.subarray(row * width, (row + 1) * width).includes(1);
  const rows = data.length / width;
  return !hasOneInRow || (marks === rows && Array.from({ length: rows }, (_, row) => row).every(isRowMarked));
}

/** Undefined where nothing has a slope. */
function pullOnDifference(difference: ArrayLike<number>, gradient: ArrayLike<number>): Pull | undefined {
  const pushes = Array.from(difference, (value, at) => -(gradient[at] as number) * value);
  const felt = pushes.filter((push) => push !== 0);
  if (felt.length === 0) return undefined;
  return felt.filter((push) => push > 0).length >= NEARLY_ALL * felt.length ? "away" : "towards";
}

function isOfOneSign(values: ArrayLike<number>): boolean {
  const above = Array.from(values).filter((value) => value > 0).length;
  return Math.min(above, values.length - above) < ONE_SIGN * values.length;
}

/** Whether the loss is the same where every difference has the other sign: it looks at sizes, and passes no bar. */
function isEvenAt(index: number, { subject }: CaseFile): boolean {
  const turned = (factor: number): number =>
    putBack(subject, () => {
      const trace: Trace = new Trace({
        hasPrints: false,
        onOperation: ({ tensor }) => {
          if (trace.origins.size - 1 !== index) return;
          for (let i = 0; i < tensor.size; i++) tensor.data[i] = (tensor.data[i] as number) * factor;
        },
      });
      return observedLoss(subject.loss, trace).data[0] as number;
    });
  const [plain, other] = [turned(1), turned(-1)];
  return Math.abs(other - plain) <= ROUNDING * Math.abs(plain);
}

/** A value that is a constant on purpose, an advantage, say, turns signs. */
function hasConstant({ trace, flow }: ObservedStep): boolean {
  return trace.edges.some(({ passage, to }) => passage === "declared" && flow.reachesLoss(to));
}

/** What is trained goes through a network that is not: an input that is to mislead it. */
function hasFrozenBehind({ trace, parameters }: ObservedStep): boolean {
  const frozen = new Set<Tensor>([...parameters.values()].filter(({ trainable }) => !trainable));
  return [...trace.origins.values()].some(
    ({ inputs }) => inputs.some((one) => frozen.has(one)) && inputs.some(({ requiresGrad }) => requiresGrad),
  );
}
