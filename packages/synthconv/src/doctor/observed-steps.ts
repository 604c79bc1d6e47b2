/** A few training steps under observation. */
import { grad } from "../autograd/backward.js";
import { observe } from "../autograd/observe.js";
import type { Parameter } from "../autograd/parameter.js";
import { Tensor } from "../autograd/tensor.js";
import { GraphError, ShapeError, ValueError } from "../core/errors.js";
import { formatShape } from "../core/shape.js";
import type { Module } from "../nn/module.js";
import { gradientNorm } from "../train/clip.js";
import type { Optimizer } from "../train/optimizer.js";
import { StepWatch, type WatchedStep } from "../train/watch.js";
import { Flow, type Reach } from "./flow.js";
import { withDeepStacks } from "./place.js";
import { Trace } from "./trace.js";

/** Computes a scalar on the tape from a model and a batch. */
export type LossFunction<Model extends Module, Batch> = (model: Model, batch: Batch) => Tensor;

export interface Subject {
  readonly model: Module;
  readonly optimizer: Optimizer;
  readonly batch: unknown;
  /** The loss, the model and the batch in one. */
  readonly loss: () => Tensor;
}

/** The loss of a model whose parameters are put back after each run: runs can be compared with each other. */
export function repeatableLoss({ model, loss }: Subject): () => Tensor {
  const restore = model.snapshot();
  return () => {
    try {
      return loss();
    } finally {
      restore();
    }
  };
}

/** A value that a gradient needs was overwritten: backward refuses to run. */
export interface Overwritten {
  readonly tensor: Tensor;
  /** The operation that had used it. */
  readonly operation: string;
}

export interface ObservedStep {
  readonly trace: Trace;
  readonly flow: Flow;
  readonly loss: Tensor;
  /** The gradients of leaves and of everything between; none where backward refused. */
  readonly gradients: ReadonlyMap<Tensor, Tensor>;
  readonly overwritten: Overwritten | undefined;
  /** The model's parameters when the step began. */
  readonly parameters: ReadonlyMap<string, Parameter>;
  /** What stood at the paths of the model when the loss was computed: the forward pass may have put others there. */
  readonly parametersAfter: ReadonlyMap<string, Parameter>;
}

/** Which way each parameter reached the loss, in the best of the steps: parts may take turns. */
export type BestReach = Map<string, Reach>;

/**
 * Runs a loss function under observation.
 *
 * @throws {ValueError} when it does not return a tensor.
 * @throws {ShapeError} when it does not return a scalar.
 */
export function observedLoss(loss: () => Tensor, trace: Trace): Tensor {
  const value: unknown = withDeepStacks(() => observe(trace, loss));
  if (!(value instanceof Tensor)) {
    if (value instanceof Promise) value.catch(() => undefined);
    throw new ValueError({
      where: "diagnose loss",
      expected: "a tensor",
      received: value instanceof Promise ? "a promise" : describe(value),
      repair: "Return the loss as it was computed, without await and without item().",
    });
  }
  if (value.size === 1) return value;
  throw new ShapeError({
    where: "diagnose loss",
    expected: "a tensor of one entry",
    received: `shape ${formatShape(value.shape)}`,
    repair: "Reduce it: mean(x) or sum(x).",
  });
}

/**
 * Trains for some steps. The parameters and the optimizer are left as the last step made them.
 *
 * @param record receives every step, as the watch of `trainLoop` does.
 * @returns the last step and, for each path, how its parameter reached the loss.
 */
export function observeSteps(
  subject: Subject,
  steps: number,
  record: (step: WatchedStep) => void,
): { last: ObservedStep; reach: BestReach } {
  const reach: BestReach = new Map();
  for (let step = 0; ; step++) {
    const observed = observeStep(subject);
    for (const [path, parameter] of observed.parameters) {
      const now = observed.flow.reachOf(parameter);
      if (RANK.indexOf(now.kind) <= RANK.indexOf(reach.get(path)?.kind ?? "unused")) reach.set(path, now);
    }
    const isGood = update(subject, observed, step, record);
    if (!isGood || step + 1 === steps) return { last: observed, reach };
  }
}

const RANK: readonly Reach["kind"][] = ["connected", "declared", "cut", "unused"];

function observeStep({ model, loss: lossFunction }: Subject): ObservedStep {
  const parameters = model.namedParameters();
  const trace = new Trace();
  const loss = observedLoss(lossFunction, trace);
  const parametersAfter = model.namedParameters();
  const common = { trace, flow: new Flow(trace, loss), loss, parameters, parametersAfter };
  const tensors = [...parametersAfter.values(), ...trace.origins.keys()];
  const leaves = trace.entries.map(({ tensor }) => tensor);
  const wanted = [...new Set([...tensors, ...leaves])].filter(({ requiresGrad }) => requiresGrad);
  const gradients = new Map<Tensor, Tensor>();
  if (!loss.requiresGrad) return { ...common, gradients, overwritten: undefined };
  try {
    grad(loss, wanted, { allowUnused: true }).forEach((gradient, index) => {
      if (gradient !== undefined) gradients.set(wanted[index] as Tensor, gradient);
    });
  } catch (error) {
    const overwritten = error instanceof GraphError ? overwrittenIn(trace) : undefined;
    if (overwritten === undefined) throw error;
    return { ...common, gradients: new Map(), overwritten };
  }
  return { ...common, gradients, overwritten: undefined };
}

function overwrittenIn(trace: Trace): Overwritten | undefined {
  for (const { node } of trace.origins.keys()) {
    const tensor = node?.inputs.find((input, index) => input.writes.count !== node.writeCounts[index]);
    if (node !== undefined && tensor !== undefined) return { tensor, operation: node.operation };
  }
  return undefined;
}

/** @returns false where no update is possible, now and in every step to come. */
function update(
  { model, optimizer }: Subject,
  { loss, gradients, overwritten }: ObservedStep,
  step: number,
  record: (step: WatchedStep) => void,
): boolean {
  for (const parameter of [...model.parameters(), ...optimizer.parameters]) {
    parameter.grad = parameter.trainable ? gradients.get(parameter) : undefined;
  }
  const watch = new StepWatch({ every: 1, record }, { model, optimizer });
  const norm = gradientNorm(optimizer.parameters);
  const { learningRate } = optimizer;
  const facts = { step, loss: loss.data[0] as number, learningRate, gradientNorm: norm };
  if (overwritten !== undefined || !Number.isFinite(facts.loss) || !Number.isFinite(norm)) {
    watch.refuse(facts);
    return false;
  }
  optimizer.step();
  watch.end(facts);
  return true;
}

function describe(value: unknown): string {
  if (typeof value === "number") return `the number ${value}`;
  if (value === null || typeof value !== "object") return String(value);
  return `an object of class ${value.constructor?.name ?? "Object"}`;
}
