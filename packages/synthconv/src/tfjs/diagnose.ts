import { check, checkOptions, type Fields } from "../core/arguments.js";
import { FUNCTION, isListOf, type Kind, kind, listOf, optional, whole } from "../core/kinds.js";
import { findingOf, groupComplaints, illVerdict } from "../doctor/complaint.js";
import { goodVerdict, parameterDiagnosis } from "../doctor/conclusion.js";
import { DIAGNOSIS_VERSION, type Diagnosis } from "../doctor/diagnosis.js";
import { evidenceOf } from "../doctor/run-evidence.js";
import { disposingAll, VariableSnapshot } from "./engine-variables.js";
import { judge } from "./judgement.js";
import { LossProbe } from "./loss-probe.js";
import type { LossEvent } from "./observed-loss.js";
import { disposeOptimizer, optimizerCopy } from "./optimizer-copy.js";
import { type RecordedRun, recordRun } from "./recorded-run.js";
import {
  checkTensorFlow,
  type TensorFlow,
  TFJS_TENSOR,
  type TfjsOptimizer,
  type TfjsScalar,
  type TfjsVariable,
} from "./tensorflow.js";
import { type Subject, type Training, trainingSteps } from "./training-steps.js";
import { mayBeCounter, namedVariables, type TfjsVariables } from "./variables.js";
import { strayVariables, warmUp } from "./warm-up.js";

export interface DiagnoseTfjsOptions {
  /**
   * The model (a `tf.LayersModel` or a layer), or its variables. Default: `varList`, and without one the trainable
   * variables of the engine, other models' among them.
   */
  readonly variables?: TfjsVariables | undefined;
  /** The one that trains it, for its class and settings; a copy runs, and it is not touched. Default Adam. */
  readonly optimizer?: TfjsOptimizer | undefined;
  /** What `minimize` is given as its list of variables. Default: all. */
  readonly varList?: readonly TfjsVariable[] | undefined;
  /** Training steps to watch, 2 or more. Default 5. */
  readonly steps?: number | undefined;
}

const WHERE = "diagnoseTfjs";
const STEPS = 5;
const MIN_STEPS = 2;
const isObject = (value: unknown): value is object => typeof value === "object" && value !== null;
const OBJECT = kind<object>("an object", isObject);
const OPTIONS: Fields<DiagnoseTfjsOptions> = {
  // What is no variable among them is named by what collects them.
  variables: optional(
    kind("a model, a list of variables, or an object of them by name", (value) =>
      Array.isArray(value) ? isListOf(OBJECT, value) : isObject(value),
    ),
  ),
  optimizer: optional(kind("an optimizer of tf.train", isObject)),
  varList: optional(listOf(TFJS_TENSOR as Kind<TfjsVariable>, "a list of variables")),
  steps: optional(whole(MIN_STEPS)),
};

/**
 * Trains a network of TensorFlow.js for a few steps under observation, and says of each variable whether it
 * learns: cut off from the loss (with the line), not used by it, always zero, not updated, not finite. The reports
 * of the doctor take what it returns.
 *
 * The loss function is what `minimize` is given; it must be synchronous, and runs some ten times, more often where
 * variables are not reached. Variables, optimizer and memory are afterwards as they were, to the bit; what the loss
 * function builds in its first run (a layer without an input shape) stays.
 *
 * Where no variables are given, scalars without a name that no gradient reaches are left out: tf.train.adam
 * keeps counters like that.
 *
 * @param tf the namespace whose engine runs the network
 * @throws {ValueError} when `tf` is left out, there is no variable, `steps` is out of range, or the loss is no tensor.
 * @throws {ShapeError} when the loss is not a scalar.
 */
export function diagnoseTfjs(
  tf: TensorFlow,
  loss: () => TfjsScalar,
  options: DiagnoseTfjsOptions = {},
): Diagnosis {
  checkTensorFlow(WHERE, tf);
  check(WHERE, "loss", loss, FUNCTION);
  checkOptions(WHERE, options, OPTIONS);
  const { steps = STEPS } = options;
  const hasOwnVariables = warmUp(tf, loss);
  const named = namedVariables(tf, WHERE, options.variables ?? options.varList);
  const held = new Set(options.varList ?? named.variables.values());
  const subject: Subject = { tf, loss, ...named, held };
  const snapshot = new VariableSnapshot(tf);
  try {
    return disposingAll(tf, () => {
      const training = train(subject, options.optimizer, steps);
      snapshot.restore();
      const strays = hasOwnVariables ? strayVariables(subject) : [];
      snapshot.restore();
      const isChosen = (options.variables ?? options.varList) !== undefined;
      return diagnosisOf({ subject, training, strays, snapshot, isChosen });
    });
  } finally {
    snapshot.restore();
    snapshot.release();
  }
}

function train(subject: Subject, optimizer: TfjsOptimizer | undefined, steps: number): Training {
  const copy = optimizerCopy(subject.tf, optimizer);
  try {
    return trainingSteps(subject, copy, steps);
  } finally {
    disposeOptimizer(subject.tf, copy);
  }
}

interface Seen {
  readonly subject: Subject;
  readonly training: Training;
  readonly strays: readonly LossEvent[];
  readonly snapshot: VariableSnapshot;
  /** Whether the caller said which variables to look at. */
  readonly isChosen: boolean;
}

function diagnosisOf({ subject, training, strays, snapshot, isChosen }: Seen): Diagnosis {
  const { watched } = training;
  const all = evidenceOf({ records: [], checkpoints: [], events: [], watched }).parameters;
  const evidence = all.filter(({ facts, numbers }) => {
    const variable = subject.variables.get(facts.name) as TfjsVariable;
    return isChosen || !mayBeCounter(variable) || numbers.gradientNorm.some((norm) => norm !== null);
  });
  const probe = new LossProbe(subject.tf, subject.loss, snapshot);
  let recorded: RecordedRun | undefined;
  const run = (): RecordedRun => {
    recorded ??= recordRun(subject);
    snapshot.restore();
    return recorded;
  };
  const judgement = judge({ subject, training, evidence, probe, run, strays });
  const groups = groupComplaints(judgement.complaints);
  const findings = groups.map(findingOf);
  const parameters = evidence.map((one) => parameterDiagnosis(one, judgement, findings));
  const losses = watched.steps.map(({ loss }) => loss);
  return {
    version: DIAGNOSIS_VERSION,
    healthy: groups.length === 0,
    state: groups.length === 0 ? "well" : "ill",
    verdict: groups.length === 0 ? goodVerdict(parameters, losses.length) : illVerdict(parameters, groups),
    steps: losses.length,
    losses,
    parameters,
    findings,
  };
}
