/**
 * Holds what the backward of an operation says against differences of its results: the loss runs again with the input
 * of that operation changed a little, whatever computed it, and whatever comes behind it.
 */
import { noGrad } from "../autograd/tape.js";
import { Tensor } from "../autograd/tensor.js";
import { allocate, type FloatArray } from "../core/float-array.js";
import { RandomStream } from "../core/random.js";
import { correlation } from "./correlation.js";
import { observedLoss, putBack, type Subject } from "./observed-loss.js";
import { sizeOf } from "./probe.js";
import { type Origin, Trace } from "./trace.js";

/** Two numbers that ought to be equal: how a result changed along a direction, and what backward says of it. */
export interface WrongDerivative {
  readonly seen: number;
  readonly said: number;
  /** Whether it says the same whatever gradient arrives. */
  readonly ignoresUpstream: boolean;
  /** A function of steps that rises with its input, and hands the gradient on with a minus; or the other way round. */
  readonly isTurned?: boolean;
}

/** Shares of an entry's size: where they do not agree, the operation is not smooth there, and nothing is said. */
const CHANGES = [0.01, 0.005] as const;
const SMOOTH = 0.05;
/** Share of what the sums are made of; far above rounding and curvature, far below a factor of 2 or a sign. */
const WRONG = 0.1;
const TRIALS = 6;
/** Fewer that could be compared prove nothing. */
const MIN_COMPARED = 3;

export class OwnDerivatives {
  readonly #subject: Subject;
  readonly #base: readonly Origin[];
  readonly #isSteady: boolean;

  constructor(subject: Subject) {
    this.#subject = subject;
    this.#base = this.#run();
    const again = this.#run();
    this.#isSteady =
      again.length === this.#base.length &&
      this.#base.every(({ tensor }, index) => sameNumbers(tensor.data, again[index]?.tensor.data));
  }

  /**
   * @param index of the operation among those of the run.
   * @param position of the input.
   * @returns undefined where it is right, where it may be another on purpose (a step function, a straight-through
   * estimator, a reversed or scaled gradient of an identity), and where runs cannot be compared.
   */
  wrongAt(index: number, position: number, operation: string): WrongDerivative | undefined {
    const origin = this.#base[index];
    const input = origin?.inputs[position];
    const { node } = origin?.tensor ?? {};
    if (!this.#isSteady || origin?.operation !== operation || input === undefined || node === undefined) {
      return undefined;
    }
    const isIdentity = sameNumbers(input.data, origin.tensor.data);
    const producer = this.#base.findIndex(({ tensor }) => tensor === input);
    const found: { readonly seen: number; readonly said: number; readonly scale: number }[] = [];
    const said = new Set<string>();
    for (let trial = 0; trial < TRIALS; trial++) {
      const random = new RandomStream({ seed: trial, purpose: "doctor own derivative" });
      const direction = input.data.map((value) => sizeOf(value) * drawn(random)) as FloatArray;
      const upstream = allocate(origin.tensor.dtype, origin.tensor.size).map(() =>
        drawn(random),
      ) as FloatArray;
      const gradient = noGrad(() =>
        node.backward(new Tensor({ shape: origin.tensor.shape, data: upstream })),
      )[position];
      if (gradient === undefined) return undefined;
      const isHandedOn = isMultiple(gradient.data, upstream);
      said.add(gradient.data.join());
      // Identities are written for their backward alone.
      if (isIdentity && gradient.data.some((value) => value !== 0)) return undefined;
      const [coarse, fine] = CHANGES.map((change) => {
        const [up, down] = [change, -change].map((factor) =>
          this.#changed(index, producer, input, direction, factor),
        );
        return up && down && slopeOf(up, down, upstream, 2 * change);
      });
      if (coarse === undefined || fine === undefined) return undefined;
      // Straight through steps and clamps, whose slope is 0 or the factor; nothing has the other sign.
      if (isHandedOn && isTurned(input.data, origin.tensor.data, gradient.data, upstream))
        return { seen: 1, said: -1, ignoresUpstream: false, isTurned: true };
      if (isHandedOn && !hasOtherSign(fine.slopes, coarse.slopes, direction, gradient.data, upstream))
        return undefined;
      const along = product(direction, gradient.data);
      const scale = fine.size + along.size;
      if (fine.size === 0 || Math.abs(coarse.sum - fine.sum) > SMOOTH * scale) continue;
      found.push({ seen: fine.sum, said: along.sum, scale });
    }
    const [worst] = found.toSorted((a, b) => Math.abs(b.seen - b.said) - Math.abs(a.seen - a.said));
    // Single sums may agree by chance.
    const off = norm(found.map(({ seen, said }) => seen - said));
    const isWrong = off > WRONG * norm(found.map(({ scale }) => scale));
    return worst !== undefined && isWrong && found.length >= MIN_COMPARED
      ? { seen: worst.seen, said: worst.said, ignoresUpstream: said.size === 1 }
      : undefined;
  }

  /** The result of the operation where its input is changed. */
  #changed(
    index: number,
    producer: number,
    input: Tensor,
    direction: FloatArray,
    factor: number,
  ): FloatArray | undefined {
    const change = ({ data }: Tensor): void => {
      for (let i = 0; i < data.length; i++) data[i] = (data[i] as number) + factor * (direction[i] as number);
    };
    const operations = this.#run(
      () => {
        if (producer < 0) change(input);
      },
      (origin, at) => {
        if (at === producer) change(origin.tensor);
      },
    );
    const { tensor, operation } = operations[index] ?? {};
    return operation === this.#base[index]?.operation ? tensor?.data : undefined;
  }

  #run(before = (): void => {}, onOperation = (_origin: Origin, _at: number): void => {}): Origin[] {
    const operations: Origin[] = [];
    const trace = new Trace({
      hasPrints: false,
      onOperation: (origin) => {
        onOperation(origin, operations.length);
        operations.push(origin);
      },
    });
    putBack(this.#subject, () => {
      before();
      observedLoss(this.#subject.loss, trace);
    });
    return operations;
  }
}

function norm(values: readonly number[]): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}

/** Between 0.5 and 1.5, of either sign. */
function drawn(random: RandomStream): number {
  return (0.5 + random.uniform()) * (random.uniform() < 0.5 ? -1 : 1);
}

function slopeOf(
  up: FloatArray,
  down: FloatArray,
  upstream: FloatArray,
  change: number,
): { sum: number; size: number; slopes: FloatArray } {
  const slopes = up.map((value, i) => (value - (down[i] as number)) / change) as FloatArray;
  return { ...product(slopes, upstream), slopes };
}

/** A share of entries at which a kink may be by chance. */
const SOME = 0.1;

/** Whether an operation of one entry at a time is smooth, and rises in many entries where its backward says it falls. */
function hasOtherSign(
  fine: FloatArray,
  coarse: FloatArray,
  direction: FloatArray,
  gradient: FloatArray,
  upstream: FloatArray,
): boolean {
  if (fine.length !== direction.length) return false;
  const factor = (gradient[0] as number) / (upstream[0] as number);
  let [smooth, opposite] = [0, 0];
  for (let i = 0; i < fine.length; i++) {
    const [a, b] = [
      (fine[i] as number) / (direction[i] as number),
      (coarse[i] as number) / (direction[i] as number),
    ];
    if (Math.abs(a - b) > SMOOTH * Math.abs(a)) continue;
    smooth++;
    if (a * factor < -0.05 * factor * factor) opposite++;
  }
  return smooth > fine.length / 2 && opposite > SOME * fine.length;
}

/** Entries that go with each other, or against each other, more than by chance. */
const TOGETHER = 0.5;

/** Whether a function rises with its input over all, and its backward hands the gradient on as if it fell; or the reverse. */
function isTurned(
  input: FloatArray,
  output: FloatArray,
  gradient: FloatArray,
  upstream: FloatArray,
): boolean {
  const along = input.length === output.length ? correlation(input, output) : 0;
  const factor = (gradient[0] as number) / (upstream[0] as number);
  return Math.abs(along) > TOGETHER && along * factor < 0;
}

/** The sum of products, and what it would be of without cancellation: the root of the sum of their squares. */
function product(a: FloatArray, b: FloatArray): { sum: number; size: number } {
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < a.length; i++) {
    const term = (a[i] as number) * (b[i] as number);
    sum += term;
    squares += term * term;
  }
  return { sum, size: Math.sqrt(squares) };
}

/** A backward that only hands on what it gets, maybe scaled, is meant so: straight through, or reversed. */
function isMultiple(gradient: FloatArray, upstream: FloatArray): boolean {
  if (gradient.length !== upstream.length) return false;
  const factor = (gradient[0] as number) / (upstream[0] as number);
  return (
    factor !== 0 &&
    gradient.every((value, i) => Math.abs(value - factor * (upstream[i] as number)) <= 1e-5 * Math.abs(value))
  );
}

function sameNumbers(a: FloatArray, b: FloatArray | undefined): boolean {
  return a.length === b?.length && a.every((value, i) => Object.is(value, b[i]));
}

/** Does something where all trained weights are changed by about a half: a backward may remember an earlier run. */
export function withOtherWeights<Result>({ model }: Subject, body: () => Result): Result {
  const restore = model.snapshot();
  const random = new RandomStream({ seed: 0, purpose: "doctor other weights" });
  for (const { data, trainable } of model.parameters()) {
    for (let i = 0; i < data.length && trainable; i++)
      data[i] = (data[i] as number) * (0.4 + 1.2 * random.uniform());
  }
  try {
    return body();
  } finally {
    restore();
  }
}
