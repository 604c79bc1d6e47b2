import { check, checkOptions, type Fields } from "../core/arguments.js";
import { UninitializedError, ValueError } from "../core/errors.js";
import { either, FUNCTION, kind, listOf, optional, STRING, whole } from "../core/kinds.js";
import type { Module } from "../nn/module.js";
import { Adam } from "../train/adam.js";
import { MODULE, OPTIMIZER } from "../train/kinds.js";
import type { Optimizer } from "../train/optimizer.js";
import type { WatchedStep } from "../train/watch.js";
import { batchTensors } from "./batch-tensors.js";
import type { Accusation, CaseFile } from "./case-file.js";
import { findingOf, groupComplaints } from "./complaint.js";
import { conclusion, parameterDiagnosis } from "./conclusion.js";
import { DIAGNOSIS_VERSION, type Diagnosis } from "./diagnosis.js";
import { excusesOf } from "./excuses.js";
import { graphOf } from "./graph.js";
import { hypernetworkOf } from "./hypernetwork.js";
import { judge } from "./judge.js";
import { lendNumbers } from "./lent-numbers.js";
import { heldParameters, type LossFunction, type Subject, withNumbersForLogs } from "./observed-loss.js";
import { otherWays } from "./other-ways.js";
import { inSteps } from "./over-time.js";
import { partialGradients } from "./partial-gradient.js";
import { isSameLine } from "./place.js";
import { constantDerivative } from "./rules/constant-derivative.js";
import { afterWarmUp } from "./warm-up.js";
import { type WatchedSteps, watchSteps } from "./watched-steps.js";

export interface DiagnoseOptions {
  /**
   * The one that trains the model, or several; without it parameters that no optimizer holds cannot be found. One
   * that steps inside of the loss function needs not be named.
   */
  readonly optimizer?: Optimizer | readonly Optimizer[] | undefined;
  /**
   * Training steps to watch, 2 or more. Default 17: twice what happens every eighth step; where something is accused,
   * up to 64 runs tell whether it was a warm-up.
   */
  readonly steps?: number | undefined;
  /** Names of tensors of the batch (`condition`) whose samples are mixed on purpose. */
  readonly mixes?: readonly string[] | undefined;
  /** Receives every step, as `trainLoop`'s option watch does. */
  readonly record?: ((step: WatchedStep) => void) | undefined;
}

/** Twice what happens every eighth step (a lazy regularizer), and what happens every sixteenth. */
const STEPS = 17;
const MIN_STEPS = 2;
const OPTIONS: Fields<DiagnoseOptions> = {
  optimizer: optional(
    either(OPTIMIZER, listOf(OPTIMIZER, "a list of them"), "an optimizer or a list of them"),
  ),
  steps: optional(whole(MIN_STEPS)),
  mixes: optional(listOf(STRING, "a list of names of tensors of the batch")),
  record: optional(kind(FUNCTION.expected, FUNCTION.accepts)),
};
/** Adam's usual rate: without an optimizer any that moves parameters will do. */
const LEARNING_RATE = 1e-3;

/**
 * Trains a model for some steps on one batch, under observation, and says of each parameter whether it learns,
 * and where it does not: the line, the cause and the repair.
 *
 * The loss function runs some thirty times, more often where something is found, and must be synchronous. The model
 * and the optimizers are afterwards as they were, bit for bit; what the loss function keeps for itself (a counter, a
 * log) is not put back.
 *
 * @throws {ValueError} when an argument is of another kind, `steps` is out of range, or the loss is no tensor.
 * @throws {ShapeError} when the loss is not a scalar.
 */
export function diagnose<Model extends Module, Batch>(
  model: Model,
  batch: Batch,
  loss: LossFunction<Model, Batch>,
  options: DiagnoseOptions = {},
): Diagnosis {
  check("diagnose", "model", model, MODULE);
  check("diagnose", "loss", loss, FUNCTION);
  checkOptions("diagnose", options, OPTIONS);
  const { steps = STEPS, record, mixes = [] } = options;
  const subject = subjectOf(model, options.optimizer, {
    loss: withNumbersForLogs(() => loss(model, batch)),
    text: String(loss),
  });
  let lent: readonly (() => void)[] = [];
  const watched = (): WatchedSteps => {
    try {
      return watchSteps(subject, steps, record);
    } catch (error) {
      lent = error instanceof UninitializedError ? lendNumbers(subject) : [];
      if (lent.length === 0) throw error;
      return watchSteps(subject, steps, record);
    }
  };
  try {
    const fileOf = (steps: WatchedSteps): CaseFile => ({
      ...steps,
      // What was asked of a subject is kept with it, and later steps may answer otherwise.
      ...{ subject: { ...subject }, mixes, rawBatch: batch, batch: batchTensors(batch), excuses: new Map() },
    });
    const file = fileOf(watched());
    const diagnosis = diagnosisOf(file);
    if (options.steps !== undefined) return diagnosis;
    return afterWarmUp(file, diagnosis, () => diagnosisOf(fileOf(watchSteps(subject, steps)))) ?? diagnosis;
  } catch (error) {
    // A loss that fails for want of a layer says less than that there is none.
    throw model.parameters().length === 0 ? withoutParameters(model, error) : error;
  } finally {
    subject.restart();
    for (const restore of [...subject.innerOptimizers.values(), ...lent]) restore();
  }
}

function subjectOf(
  model: Module,
  given: DiagnoseOptions["optimizer"],
  written: Pick<Subject, "loss" | "text">,
): Subject {
  const optimizers = given === undefined ? ownOptimizers(model) : "step" in given ? [given] : given;
  const restores = [model.snapshot(), ...optimizers.map((optimizer) => optimizer.snapshot())];
  const restart = (): void => {
    for (const restore of restores) restore();
  };
  const innerOptimizers = new Map<Optimizer, () => void>();
  return { model, optimizers, hasOwnOptimizer: given === undefined, ...written, restart, innerOptimizers };
}

function ownOptimizers(model: Module): Optimizer[] {
  const parameters = model.parameters();
  return parameters.length === 0 ? [] : [new Adam(parameters, { learningRate: LEARNING_RATE })];
}

function diagnosisOf(file: CaseFile): Diagnosis {
  const { subject, last, series, losses, batch, rawBatch } = file;
  const accusations = judge(file);
  const ill = new Set(accusations.flatMap(({ names }) => names));
  // What fails in its own backward pass cannot be asked any more.
  const canRun = last.overwritten === undefined && last.refusal === undefined;
  const hypernetwork = canRun ? hypernetworkOf(subject, file, { batch, ill }) : undefined;
  // A part that is missing where the whole of another is cut has been told of.
  const missing = canRun ? [...missingAtTimes(file, ill), ...partialGradients(subject, file, ill)] : [];
  const partial = missing.filter(
    ({ complaint: { place } }) =>
      !accusations.some(({ complaint }) => {
        return isSameLine(complaint.place, place) || isSameLine(complaint.usedAt, place);
      }),
  );
  // What a generator gives follows from what it gets.
  const isToldOf = accusations.some(({ complaint }) => complaint.fault === "collapsedGenerator");
  const warnings = [...partial, ...(isToldOf ? [] : (hypernetwork?.warnings ?? []))];
  const all = [...accusations, ...warnings].map(({ names, complaint }) => [names, complaint] as const);
  const order = [...series.keys()];
  const groups = groupComplaints(all).map(({ complaint, names }) => ({
    complaint,
    names: [...names].sort((a, b) => order.indexOf(a) - order.indexOf(b)),
  }));
  const findings = groups.map(findingOf);
  const held = new Set(heldParameters(subject));
  const judgement = { complaints: all, excuses: excusesOf(file) };
  const parameters = [...series.values()].map(({ name, parameter, numbers, deadUnits }) => {
    const { shape, dtype, trainable } = parameter;
    const facts = { name, shape, dtype, trainable, held: held.has(parameter) };
    return parameterDiagnosis({ facts, numbers, ...(deadUnits && { deadUnits }) }, judgement, findings);
  });
  const graph = graphOf(last, rawBatch, findings);
  return {
    version: DIAGNOSIS_VERSION,
    ...conclusion(parameters, groups, losses.length),
    ...{ steps: losses.length, losses, parameters, findings },
    ...(graph !== undefined && { graph }),
    ...(hypernetwork !== undefined && { hypernetwork: hypernetwork.answers }),
  };
}

/** Parts of gradients that are missing in steps of some way, with these steps. */
function missingAtTimes(file: CaseFile, ill: ReadonlySet<string>): Accusation[] {
  const found = otherWays(file).flatMap(({ file: other, steps }) =>
    [...constantDerivative.find(other, ill, []), ...partialGradients(other.subject, other, ill)].map(
      (accusation) => ({ accusation, steps }),
    ),
  );
  return found.map(({ accusation: { names, complaint } }) => {
    const alike = found.filter(({ accusation }) => isSameLine(accusation.complaint.place, complaint.place));
    const steps = [...new Set(alike.flatMap((one) => one.steps))].sort((a, b) => a - b);
    return { names, complaint: inSteps(complaint, steps, file.ways.length) };
  });
}

function withoutParameters(model: Module, cause: unknown): ValueError {
  return new ValueError(
    {
      where: "diagnose model",
      expected: "a module with parameters",
      received: `${model.constructor.name}, which has none`,
      repair: "Keep layers in ordinary fields of the module: #fields, Maps and Sets are not seen.",
    },
    { cause },
  );
}
