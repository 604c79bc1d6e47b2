/** Whether a loss has a lowest value: it is asked with what the last layers give enlarged, and with larger weights. */
import type { Tensor } from "../autograd/tensor.js";
import { largest } from "../core/extremes.js";
import type { CaseFile } from "./case-file.js";
import { valuesWith } from "./changed-run.js";
import { observedLoss, putBack } from "./observed-loss.js";
import { batchSize } from "./sample-rows.js";
import { type Origin, Trace } from "./trace.js";

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

/** Whether the loss goes to minus infinity with what the last layers give, as their square or for every sample. */
export function hasNoBound(file: CaseFile, isOneSign: boolean): boolean {
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

/** What each sample adds to the loss as it is; undefined where no value has a row for each. */
export function samplesNow(file: CaseFile): readonly number[] | undefined {
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
