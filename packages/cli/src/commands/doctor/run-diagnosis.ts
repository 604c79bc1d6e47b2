/** A diagnosis of what a user's module exports: `model`, `batch`, `loss` and, where there is one, `optimizer`. */

import type { Module, Optimizer, Tensor, WatchedStep } from "synthconv";
import type { Diagnosis, RunHistory } from "synthconv/doctor";
import { CommandError } from "../../frame/failure.js";
import { type ImportedModule, ownCode } from "./import-module.js";
import type { Request } from "./messages.js";

interface Subject {
  readonly model: Module;
  readonly batch: unknown;
  readonly loss: (model: Module, batch: unknown) => Tensor;
  readonly optimizer: Optimizer | readonly Optimizer[] | undefined;
  readonly mixes: readonly string[];
}

/**
 * Diagnoses what a module exports; its history is empty where no step is recorded.
 *
 * @param onStep receives the number of steps that are done.
 * @throws {CommandError} `MODULE` when an export is missing or the loss function throws.
 */
export async function runDiagnosis(
  module: ImportedModule,
  { steps, isRecorded }: Pick<Request, "steps" | "isRecorded">,
  onStep: (done: number) => void,
): Promise<{ diagnosis: Diagnosis; history: RunHistory }> {
  const { path, library, libraryUrl } = module;
  const { model, batch, loss, optimizer, mixes } = subjectOf(module);
  const recorder = new library.WatchRecorder();
  const record = (step: WatchedStep): void => {
    // Histograms of millions of weights in every step take longer than the training.
    if (isRecorded) recorder.record(step);
    onStep(step.step + 1);
  };
  const options = { optimizer, mixes, record, ...(steps !== undefined && { steps }) };
  const diagnosis = await ownCode({ path, library: libraryUrl }, "a loss function that gives a tensor", () =>
    library.diagnose(model, batch, loss, options),
  );
  return { diagnosis, history: recorder.history() };
}

function subjectOf({ path, exports, library }: ImportedModule): Subject {
  const { model, batch, loss, optimizer, mixes = [] } = exports;
  const refuse = (expected: string, name: string): never => {
    const value = exports[name];
    const received =
      name in exports ? describe(value) : `none among ${Object.keys(exports).join(", ") || "no exports"}`;
    throw new CommandError(
      "MODULE",
      `${path}: expected ${expected}, received ${received}. Export model, batch and loss(model, batch).`,
    );
  };
  if (typeof library.diagnose !== "function") {
    throw new CommandError(
      "MODULE",
      `${path}: expected a synthconv that can diagnose, received an older one beside the module. Upgrade it there.`,
    );
  }
  if (!(model instanceof library.Module)) return refuse("an export model that is a Module", "model");
  if (!("batch" in exports)) return refuse("an export batch", "batch");
  if (typeof loss !== "function") return refuse("an export loss that is a function", "loss");
  const optimizers: readonly unknown[] = Array.isArray(optimizer) ? optimizer : [optimizer];
  if (optimizer !== undefined && !optimizers.every((one) => one instanceof library.Optimizer)) {
    return refuse("an export optimizer that is an Optimizer or a list of them", "optimizer");
  }
  if (!Array.isArray(mixes) || !mixes.every((name) => typeof name === "string")) {
    return refuse("an export mixes that is a list of names of the batch", "mixes");
  }
  const ofModule = { optimizer: optimizer as Subject["optimizer"], mixes };
  return { model, batch, loss: (given, ofBatch) => loss(given, ofBatch), ...ofModule };
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  const kind = typeof value === "object" ? (value.constructor?.name ?? "object") : typeof value;
  return `${/^[aeiou]/i.test(kind) ? "an" : "a"} ${kind}`;
}
