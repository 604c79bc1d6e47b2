/** A loss function under observation, once or again and again from the same numbers. */

import { tensor } from "../autograd/creation.js";
import { observe } from "../autograd/observe.js";
import type { Parameter } from "../autograd/parameter.js";
import { Tensor } from "../autograd/tensor.js";
import { ShapeError, ValueError } from "../core/errors.js";
import { drawing, type RandomStream } from "../core/random.js";
import { formatShape } from "../core/shape.js";
import type { Module } from "../nn/module.js";
import type { Optimizer } from "../train/optimizer.js";
import { withDeepStacks } from "./place.js";
import type { Trace } from "./trace.js";

/**
 * Computes a scalar on the tape from a model and a batch; one that trains by itself may give a number for a log, or
 * nothing.
 */
export type LossFunction<Model extends Module, Batch> = (
  model: Model,
  batch: Batch,
) => Tensor | number | undefined;

export interface Subject {
  readonly model: Module;
  /** Those that train the model; the doctor's own where none was given. */
  readonly optimizers: readonly Optimizer[];
  readonly hasOwnOptimizer: boolean;
  /** The loss, the model and the batch in one. */
  readonly loss: () => Tensor;
  /** The loss function as it was written. */
  readonly text: string;
  /** Puts the model and the optimizers back to before the first step. */
  readonly restart: () => void;
  /** Optimizers that the loss was seen to step by itself, with what puts them back to before the first time. */
  readonly innerOptimizers: Map<Optimizer, () => void>;
}

export function heldParameters({ optimizers }: Pick<Subject, "optimizers">): Parameter[] {
  return [...new Set(optimizers.flatMap(({ parameters }) => parameters))];
}

/**
 * Runs a loss function under observation.
 *
 * @throws {ValueError} when it does not return a tensor.
 * @throws {ShapeError} when it does not return a scalar.
 */
export function observedLoss(loss: Subject["loss"], trace: Trace): Tensor {
  const value: unknown = withDeepStacks(() => observe(trace, () => ofOwnTraining(loss, loss(), trace)));
  if (!(value instanceof Tensor)) {
    if (value instanceof Promise) value.catch(() => undefined);
    throw new ValueError({
      where: "diagnose loss",
      expected: "a tensor",
      received: value instanceof Promise ? "a promise" : describe(value),
      repair: "Return the loss as it was computed, without await and without item().",
    });
  }
  if (value.size === 1) {
    trace.end(value);
    return value;
  }
  throw new ShapeError({
    where: "diagnose loss",
    expected: "a tensor of one entry",
    received: `shape ${formatShape(value.shape)}`,
    repair: "Reduce it: mean(x) or sum(x).",
  });
}

/** Losses that were seen to propagate what they compute. */
const trainByThemselves = new WeakSet<Subject["loss"]>();

/** A loss whose numbers for a log are tensors, where it was seen to train by itself. */
export function withNumbersForLogs(loss: () => Tensor | number | undefined): () => Tensor {
  const own = (): Tensor => {
    const value = loss();
    // What is no tensor otherwise is refused where the loss is observed.
    return typeof value === "number" && trainByThemselves.has(own) ? tensor([value]) : (value as Tensor);
  };
  return own;
}

/** Who has propagated already may give back a number for a log, or nothing: what was propagated is what counts. */
function ofOwnTraining(loss: Subject["loss"], value: unknown, { propagatedFrom }: Trace): unknown {
  if (propagatedFrom.size > 0) trainByThemselves.add(loss);
  const isFree = typeof value === "number" || value === undefined || value === null;
  if (!isFree || !trainByThemselves.has(loss)) return value;
  const outputs = [...propagatedFrom.keys()];
  return tensor([value ?? outputs.reduce((sum, { data }) => sum + (data[0] as number), 0)]);
}

/** The loss of a model that is put back after each run: runs can be compared with each other. */
export function repeatableLoss(subject: Subject): () => Tensor {
  return () => putBack(subject, subject.loss);
}

/**
 * Runs `body` and puts back what it may change: parameters, optimizers, the position of random streams (also
 * `Math.random`, which gives the same numbers in every run), and plain counters in fields of the model.
 */
export function putBack<Result>({ model, innerOptimizers }: Subject, body: () => Result): Result {
  const restores = [
    model.snapshot(),
    fieldsOf(model),
    ...[...innerOptimizers.keys()].map((one) => one.snapshot()),
  ];
  const touched = new Map<RandomStream, () => void>();
  const { random } = Math;
  drawing.touched = touched;
  Math.random = repeatedRandom();
  try {
    return body();
  } finally {
    drawing.touched = undefined;
    Math.random = random;
    for (const restore of restores) restore();
    for (const restore of touched.values()) restore();
  }
}

/** Runs `body` with the model and the optimizers as they were before the first step, and puts all back. */
export function atTheStart<Result>(subject: Subject, body: () => Result): Result {
  const restores = subject.optimizers.map((optimizer) => optimizer.snapshot());
  try {
    return putBack(subject, () => {
      subject.restart();
      return body();
    });
  } finally {
    for (const restore of restores) restore();
  }
}

/** A linear congruential generator (Knuth, The Art of Computer Programming 2, 3.3.4, line 16); any would do. */
function repeatedRandom(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Remembers numbers, booleans and strings in the fields of a module and of those inside it. */
function fieldsOf(model: Module): () => void {
  const restores: (() => void)[] = [];
  const visit = (module: Module): void => {
    for (const [name, value] of Object.entries(module)) {
      if (typeof value !== "number" && typeof value !== "boolean" && typeof value !== "string") continue;
      restores.push(() => Reflect.set(module, name, value));
    }
    for (const child of module.children().values()) visit(child);
  };
  visit(model);
  return () => {
    for (const restore of restores) restore();
  };
}

function describe(value: unknown): string {
  if (typeof value === "number") return `the number ${value}`;
  if (value === null || typeof value !== "object") return String(value);
  return `an object of class ${value.constructor?.name ?? "Object"}`;
}
