/** A diagnosis of what a user's module exports: `model`, `batch`, `loss` and, where there is one, `optimizer`. */
import type { Diagnosis, Module, Optimizer, RunHistory, Tensor, WatchedStep } from "synthconv";
import { Progress } from "synthconv/node";
import { CommandError } from "../../frame/failure.js";
import type { Output } from "../../frame/output.js";
import { type ImportedModule, ownCode } from "./import-module.js";

interface Subject {
  readonly model: Module;
  readonly batch: unknown;
  readonly loss: (model: Module, batch: unknown) => Tensor;
  readonly optimizer: Optimizer | undefined;
}

/** A zero start passes its first gradient on in the second step; the others show that it stays so. */
const STEPS = 5;

/**
 * Diagnoses what a module exports, every step watched.
 *
 * @throws {CommandError} `MODULE` when an export is missing or the loss function throws.
 */
export async function diagnoseModule(
  module: ImportedModule,
  out: Output,
): Promise<{ diagnosis: Diagnosis; history: RunHistory }> {
  const { path, library, libraryUrl } = module;
  const { model, batch, loss, optimizer } = subjectOf(module);
  const recorder = new library.WatchRecorder();
  const progress = new Progress({
    label: "doctor",
    unit: "steps",
    total: STEPS,
    stream: out.stderr,
    silent: out.quiet,
  });
  const record = (step: WatchedStep): void => {
    recorder.record(step);
    progress.update(step.step + 1);
  };
  try {
    const diagnosis = await ownCode(
      { path, library: libraryUrl },
      "a loss function that gives a tensor",
      () => interruptible(() => library.diagnose(model, batch, loss, { optimizer, steps: STEPS, record })),
    );
    return { diagnosis, history: recorder.history() };
  } finally {
    progress.finish();
  }
}

/**
 * Lets Ctrl-C end the program at once: synchronous work would keep its listeners waiting, and there is nothing to
 * clean up, because nothing is written before the diagnosis is there.
 */
function interruptible<Result>(work: () => Result): Result {
  const kept = SIGNALS.map((signal) => [signal, process.listeners(signal)] as const);
  for (const signal of SIGNALS) process.removeAllListeners(signal);
  try {
    return work();
  } finally {
    for (const [signal, listeners] of kept) for (const listener of listeners) process.on(signal, listener);
  }
}

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

function subjectOf({ path, exports, library }: ImportedModule): Subject {
  const { model, batch, loss, optimizer } = exports;
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
  if (optimizer !== undefined && !(optimizer instanceof library.Optimizer)) {
    return refuse("an export optimizer that is an Optimizer", "optimizer");
  }
  return { model, batch, loss: (ofModel, ofBatch) => loss(ofModel, ofBatch), optimizer };
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  const kind = typeof value === "object" ? (value.constructor?.name ?? "object") : typeof value;
  return `${/^[aeiou]/i.test(kind) ? "an" : "a"} ${kind}`;
}
