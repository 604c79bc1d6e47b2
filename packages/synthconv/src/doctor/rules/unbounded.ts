import type { Tensor } from "../../autograd/tensor.js";
import { largest } from "../../core/extremes.js";
import { type CaseFile, type Rule, untold } from "../case-file.js";
import { valuesWith } from "../changed-run.js";
import type { Complaint } from "../complaint.js";
import { observedLoss, putBack } from "../observed-loss.js";
import { placeOf } from "../place.js";
import { lossesFurtherOn } from "../rate-trial.js";
import { numberText } from "../report/words.js";
import { batchSize } from "../sample-rows.js";
import { type Origin, Trace } from "../trace.js";

/** What the network gives is enlarged by these factors, one after the other. */
const FACTORS = [1, 1.1, 1.21] as const;
/** Each step of the factors has to count by itself: what goes to a bound does not. */
const GROWS = 1.1 ** 0.7;
/** A squared error grows with the square; of a score, or the log of a share, most samples have to go down. */
const SQUARE = 1.1 ** 1.7;
/** Of a policy's gradient those actions go down that were worse than expected, about half. */
const MOST_SAMPLES = 0.75;
/** A sample that adds less than this share of the largest has no say: a share of 0.99 has a log of 0.01, one of 0.37 of 1. */
const TELLING = 0.01;
/** Training goes on for so many steps to see it. */
const FURTHER = 200;
const LOW = 5;

/** A loss that falls without end, though it may take longer than these steps: an error that is maximised. */
export const unbounded: Rule = {
  name: "unbounded",
  isLast: true,
  find(file, told) {
    const { losses, subject, last } = file;
    // A value that is a constant on purpose, an advantage, say, is another one in the next batch.
    const hasConstant = last.trace.edges.some(
      ({ passage, to }) => passage === "declared" && last.flow.reachesLoss(to),
    );
    const learning = untold(file, told).filter(({ turns }) => turns.includes("learns"));
    const target = told.size === 0 && learning.length > 0 ? targetOutOfRange(file) : undefined;
    if (target !== undefined) return [{ names: learning.map(({ name }) => name), complaint: target }];
    if (told.size > 0 || hasConstant || !fallsForEver(losses)) return [];
    const bound = -LOW * Math.max(1, Math.abs(losses[0] as number));
    let hasEnd = true;
    const isOneSign = samplesNow(file)?.every((value) => value <= 0) === true;
    // Which way it goes for which sample shows when it has gone some of it.
    const further = lossesFurtherOn(subject, FURTHER, bound, () => {
      hasEnd = !hasNoBound(file, isOneSign);
    });
    const isLow = further.some((loss) => loss < bound || Number.isNaN(loss));
    if (learning.length === 0 || !isLow || hasEnd) return [];
    return [{ names: learning.map(({ name }) => name), complaint: unboundedComplaint(file) }];
  },
};

/** Whether each step made the loss smaller, as it should, and there is no end to it. */
export function fallsForEver(losses: readonly number[]): boolean {
  const known = losses.filter((loss) => !Number.isNaN(loss));
  const isFalling = known.every((loss, step) => step === 0 || loss < (known[step - 1] as number));
  return isFalling && (known.at(-1) as number) < 0;
}

export function unboundedComplaint(file: CaseFile): Complaint {
  const { last, losses } = file;
  const target = targetOutOfRange(file);
  if (target !== undefined) return target;
  return {
    status: "exploding",
    fault: "exploding",
    phrase: "the loss falls without end",
    place: placeOf(last.trace.origins.get(last.loss)?.site),
    cause: `Every step lowers the loss, from ${numberText(losses[0])} to ${numberText(losses.at(-1))}, and it has no lowest value: the weights grow for ever.`,
    repair:
      "Turn the sign round: negate what is to become large, and add an error in the place of taking it away; or bound what is to grow, relu(add(difference, margin)).",
  };
}

/** A cross entropy of shares has a lowest value for targets from 0 to 1 alone. */
function targetOutOfRange({ last: { trace }, batch }: CaseFile): Complaint | undefined {
  for (const { operation, inputs, site } of trace.origins.values()) {
    const [, target] = operation === "bceWithLogits" ? inputs : [];
    const beyond = target?.data.find((value) => value < 0 || value > 1);
    if (target === undefined || beyond === undefined) continue;
    const name = batch.get(target) ?? `a target [${target.shape}]`;
    return {
      status: "exploding",
      fault: "exploding",
      phrase: `${name} is no share, so the loss falls without end`,
      place: placeOf(site),
      cause: `${operation} compares with probabilities, from 0 to 1, and ${name} has ${numberText(beyond)} among its numbers: the loss is the lower the larger the logits are, and it has no lowest value.`,
      repair: `Bring ${name} to numbers from 0 to 1, divide(y, 255) where they are of bytes; for a target of any numbers take mse.`,
    };
  }
  return undefined;
}

/** Whether the loss goes to minus infinity with what the last layers give, as their square or for every sample. */
function hasNoBound(file: CaseFile, isOneSign: boolean): boolean {
  const { all, last } = layersOf(file);
  if (last.length === 0) return false;
  if (goesDown(file, new Set(last), isOneSign)) return true;
  if (fallsWithWeights(file)) return true;
  // A part of its own, the prior of a latent, say, has other layers behind it, and an error that grows with it.
  return all.some((layer) => !last.includes(layer) && growsAsSquare(lossesEnlarged(file, new Set([layer]))));
}

/** Whether one parameter alone brings it down as its square: a penalty on the weights that is taken away. */
function fallsWithWeights(file: CaseFile): boolean {
  const trained = [...file.last.parameters.values()].filter(({ trainable }) => trainable);
  return trained.slice(0, MAX_ASKED).some((parameter) => {
    const [plain = 0, more = 0, most = 0] = LARGER.map(
      (factor) => valuesWith(file, [parameter], (value) => value * factor)?.at(-1) ?? Number.NaN,
    );
    return more < Math.min(0, plain) && most < 0 && most / more > PENALTY;
  });
}

const MAX_ASKED = 32;
const LARGER = [1, 100, 1000] as const;
/** The square of 10, less what does not grow with it. */
const PENALTY = 50;

function lossesEnlarged(file: CaseFile, layers: ReadonlySet<number>): number[] {
  return FACTORS.map((factor) => enlargedRun(file, layers, factor).loss);
}

function growsAsSquare(losses: readonly number[]): boolean {
  return losses.every((loss, at) => loss < 0 && (at === 0 || loss / (losses[at - 1] as number) > SQUARE));
}

function goesDown(file: CaseFile, layers: ReadonlySet<number>, isOneSign: boolean): boolean {
  const runs = FACTORS.map((factor) => enlargedRun(file, layers, factor));
  // The log of a share that is 0 in a float32 is as far down as it goes.
  if (runs.some(({ loss }) => loss === Number.NEGATIVE_INFINITY)) return true;
  const growth = runs.slice(1).map(({ loss }, index) => loss / (runs[index] as Enlarged).loss);
  const isFalling = runs.every(
    ({ loss }, index) => index === 0 || (loss < 0 && loss < (runs[index - 1] as Enlarged).loss),
  );
  if (!isFalling || growth.some((one) => !(one > GROWS))) return false;
  if (growsAsSquare(runs.map(({ loss }) => loss))) return true;
  const [before, last] = runs.slice(-2).map(({ samples }) => samples);
  if (last === undefined) return false;
  // Where all began below 0, what has gone as far as it goes (the log of a share that is 1) tells nothing.
  const most = largest(last.map(Math.abs), 0);
  const telling = last.flatMap((value, index) =>
    !isOneSign || Math.abs(value) > TELLING * most ? [index] : [],
  );
  const falling = telling.filter(
    (index) => (last[index] as number) < 0 && (last[index] as number) < (before?.[index] as number),
  );
  return falling.length >= MOST_SAMPLES * telling.length;
}

/** Positions in a run of the results of trained layers, and of those behind which there is no other. */
function layersOf({
  last: { trace, flow, parameters },
}: CaseFile): Record<"all" | "last", readonly number[]> {
  const origins = [...trace.origins.values()];
  const inner = new Set(trace.innerSteps.flatMap((step) => step.parameters));
  const trained = new Set<Tensor>([...parameters.values()].filter((one) => one.trainable && !inner.has(one)));
  const layers = origins.filter(({ inputs }) => inputs.some((input) => trained.has(input)));
  const isLast = ({ tensor }: Origin): boolean => {
    const behind = flow.influenceOf(tensor);
    return !layers.some((other) => other.tensor !== tensor && behind.has(other.tensor));
  };
  const positions = (some: readonly Origin[]): number[] => some.map((origin) => origins.indexOf(origin));
  return { all: positions(layers), last: positions(layers.filter(isLast)) };
}

function samplesNow(file: CaseFile): readonly number[] | undefined {
  return enlargedRun(file, new Set(), 1).samples;
}

interface Enlarged {
  readonly loss: number;
  /** What each sample adds to it; undefined where no value with a row for each leads to the loss. */
  readonly samples: readonly number[] | undefined;
}

function enlargedRun({ subject, batch }: CaseFile, layers: ReadonlySet<number>, factor: number): Enlarged {
  return putBack(subject, () => {
    const trace: Trace = new Trace({
      hasPrints: false,
      onOperation: ({ tensor }) => {
        if (!layers.has(trace.origins.size - 1)) return;
        for (let i = 0; i < tensor.size; i++) tensor.data[i] = (tensor.data[i] as number) * factor;
      },
    });
    const loss = observedLoss(subject.loss, trace);
    return { loss: loss.data[0] as number, samples: samplesOf(trace, loss, batch) };
  });
}

/** The sums of the rows of the values that have one for each sample and lead to the loss by sums and signs alone. */
function samplesOf(trace: Trace, loss: Tensor, batch: CaseFile["batch"]): number[] | undefined {
  const count = batchSize(batch);
  return count === undefined ? undefined : rowsOf(loss, 1, count, trace);
}

function rowsOf(tensor: Tensor, sign: number, count: number, trace: Trace): number[] | undefined {
  if (tensor.shape[0] === count) {
    const { data, size } = tensor;
    const width = size / count;
    return Array.from({ length: count }, (_, row) =>
      Array.from(data.subarray(row * width, (row + 1) * width)).reduce((sum, value) => sum + sign * value, 0),
    );
  }
  const origin = trace.origins.get(tensor);
  const computed = origin?.inputs.filter((input) => trace.origins.has(input)) ?? [];
  const [first, second] = computed;
  if (origin === undefined || first === undefined) return undefined;
  if (second === undefined) {
    // A factor may turn the sign.
    const isTurned =
      origin.operation === "negate" || (tensor.data[0] as number) * (first.data[0] as number) < 0;
    const isScaled = origin.operation !== "mean" && origin.operation !== "sum";
    return REDUCTIONS.has(origin.operation)
      ? rowsOf(first, isScaled && isTurned ? -sign : sign, count, trace)
      : undefined;
  }
  if (origin.operation !== "add" && origin.operation !== "subtract") return undefined;
  const left = rowsOf(first, sign, count, trace);
  const right = rowsOf(second, origin.operation === "add" ? sign : -sign, count, trace);
  return left && right && [...left, ...right];
}

const REDUCTIONS: ReadonlySet<string> = new Set(["mean", "sum", "multiply", "divide", "reshape", "negate"]);
