import { ValueError } from "../core/errors.js";
import type { Module } from "../nn/module.js";
import { Adam } from "../train/adam.js";
import type { Optimizer } from "../train/optimizer.js";
import type { WatchedStep } from "../train/watch.js";
import { findingOf, groupComplaints, illVerdict } from "./complaint.js";
import { complaintsOf } from "./complaints.js";
import { goodVerdict, parameterDiagnosis } from "./conclusion.js";
import { DIAGNOSIS_VERSION, type Diagnosis } from "./diagnosis.js";
import { graphOf } from "./graph.js";
import { hypernetworkOf } from "./hypernetwork.js";
import { type LossFunction, observeSteps } from "./observed-steps.js";
import { partialGradients } from "./partial-gradient.js";
import { evidenceOf } from "./run-evidence.js";
import { WatchRecorder } from "./run-history.js";

export interface DiagnoseOptions {
  /** The one that trains the model; without it parameters that no optimizer holds cannot be found. */
  readonly optimizer?: Optimizer | undefined;
  /** Training steps to watch, 2 or more. Default 5. */
  readonly steps?: number | undefined;
  /** Told of every step, as by `trainLoop`'s option watch. */
  readonly record?: ((step: WatchedStep) => void) | undefined;
}

/** A zero start passes its first gradient on in the second step; the others show that it stays so. */
const STEPS = 5;
const FEWEST_STEPS = 2;
/** Adam's usual rate: without an optimizer any that moves parameters will do. */
const LEARNING_RATE = 1e-3;

/**
 * Trains a model for a few steps on one batch, under observation, and says of each parameter whether it learns,
 * and where it does not: the line, the cause and the repair.
 *
 * The loss function runs some ten times, more often where parameters are found unused, and must be synchronous.
 * The model and the optimizer are afterwards as they were, bit for bit; what the loss function keeps for itself
 * (a counter, a log) is not put back.
 *
 * @throws {ValueError} when the model has no parameters, `steps` is out of range, or the loss is no tensor.
 * @throws {ShapeError} when the loss is not a scalar.
 */
export function diagnose<Model extends Module, Batch>(
  model: Model,
  batch: Batch,
  loss: LossFunction<Model, Batch>,
  options: DiagnoseOptions = {},
): Diagnosis {
  const { steps = STEPS, record } = options;
  check(model, steps);
  const restoreModel = model.snapshot();
  const optimizer = options.optimizer ?? new Adam(model.parameters(), { learningRate: LEARNING_RATE });
  const restoreOptimizer = optimizer.snapshot();
  try {
    const recorder = new WatchRecorder();
    const subject = { model, optimizer, batch, loss: () => loss(model, batch) };
    const { last, reach } = observeSteps(subject, steps, (step) => {
      recorder.record(step);
      record?.(step);
    });
    const { parameters: evidence } = evidenceOf(recorder.history());
    const judgement = complaintsOf({ subject, last, reach, evidence });
    const hypernetwork = hypernetworkOf(subject, last, { batch, judgement });
    const groups = groupComplaints([...judgement.complaints, ...(hypernetwork?.complaints ?? [])]);
    const partial = partialGradients(subject, last, judgement);
    const findings = [...groups.map(findingOf), ...partial, ...(hypernetwork?.advice ?? [])];
    const parameters = evidence.map((one) => parameterDiagnosis(one, judgement, findings));
    const graph = graphOf(last, batch, findings);
    const losses = recorder.history().watched?.steps.map((step) => step.loss) ?? [];
    return {
      version: DIAGNOSIS_VERSION,
      healthy: groups.length === 0,
      verdict: groups.length === 0 ? goodVerdict(parameters, losses.length) : illVerdict(parameters, groups),
      steps: losses.length,
      losses,
      parameters,
      findings,
      ...(graph !== undefined && { graph }),
      ...(hypernetwork !== undefined && { hypernetwork: hypernetwork.answers }),
    };
  } finally {
    restoreModel();
    restoreOptimizer();
  }
}

function check(model: Module, steps: number): void {
  if (!Number.isSafeInteger(steps) || steps < FEWEST_STEPS) {
    throw new ValueError({
      where: "diagnose steps",
      expected: `a whole number of ${FEWEST_STEPS} or more`,
      received: String(steps),
    });
  }
  if (model.parameters().length > 0) return;
  throw new ValueError({
    where: "diagnose model",
    expected: "a module with parameters",
    received: `${model.constructor.name}, which has none`,
    repair: "Keep layers in ordinary fields of the module: #fields, Maps and Sets are not seen.",
  });
}
