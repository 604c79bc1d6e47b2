/** A diagnosis of what a user's module exports: `model`, `batch`, `loss` and, where there is one, `optimiser`. */
import type { Diagnosis, Module, Optimiser, RunHistory, Tensor } from "synthconv";
import { CommandError } from "../../frame/failure.js";
import { type ImportedModule, ownCode } from "./import-module.js";

interface Subject {
  readonly model: Module;
  readonly batch: unknown;
  readonly loss: (model: Module, batch: unknown) => Tensor;
  readonly optimiser: Optimiser;
}

/** A zero start passes its first gradient on in the second step; the others show that it stays so. */
const STEPS = 5;
/** Adam's usual rate: where the module has no optimiser, any that moves parameters will do. */
const LEARNING_RATE = 1e-3;

/**
 * Trains the model for a few steps on its batch, every step watched.
 *
 * @throws {CommandError} `MODULE` when an export is missing or the loss function throws.
 */
export async function diagnoseModule(
  module: ImportedModule,
  signal: AbortSignal,
): Promise<{ diagnosis: Diagnosis; history: RunHistory }> {
  const { path, library, libraryUrl } = module;
  const { model, batch, loss, optimiser } = subjectOf(module);
  const recorder = new library.WatchRecorder();
  try {
    await ownCode({ path, library: libraryUrl }, "a loss function that gives a tensor", () =>
      library.trainLoop({
        ...{ model, optimiser, steps: STEPS, seed: 0, signal },
        step: () => checkedLoss(path, library.Tensor, loss(model, batch)),
        watch: { every: 1, record: recorder.record },
      }),
    );
  } catch (error) {
    // The watched step says which parameters; it is the diagnosis.
    const isDiverged = error instanceof library.NonFiniteError && recorder.history().events.length > 0;
    if (!isDiverged) throw error;
  }
  signal.throwIfAborted();
  const history = recorder.history();
  return { diagnosis: library.diagnoseRun(history), history };
}

function subjectOf({ path, exports, library }: ImportedModule): Subject {
  const { model, batch, loss, optimiser } = exports;
  const refuse = (expected: string, name: string): never => {
    const value = exports[name];
    const received =
      name in exports ? describe(value) : `none among ${Object.keys(exports).join(", ") || "no exports"}`;
    throw new CommandError(
      "MODULE",
      `${path}: expected ${expected}, received ${received}. Export model, batch and loss(model, batch).`,
    );
  };
  if (!(model instanceof library.Module)) return refuse("an export model that is a Module", "model");
  if (!("batch" in exports)) return refuse("an export batch", "batch");
  if (typeof loss !== "function") return refuse("an export loss that is a function", "loss");
  if (optimiser !== undefined && !(optimiser instanceof library.Optimiser)) {
    return refuse("an export optimiser that is an Optimiser", "optimiser");
  }
  return {
    ...{ model, batch },
    loss: (ofModel, ofBatch) => loss(ofModel, ofBatch),
    optimiser: optimiser ?? new library.Adam(model.parameters(), { learningRate: LEARNING_RATE }),
  };
}

function checkedLoss(path: string, TensorClass: typeof Tensor, value: unknown): Tensor {
  if (value instanceof TensorClass) return value;
  const repair = "Return the loss as it was computed, without await and without item().";
  throw new CommandError("MODULE", `${path} loss: expected a tensor, received ${describe(value)}. ${repair}`);
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  const kind = typeof value === "object" ? (value.constructor?.name ?? "object") : typeof value;
  return `${/^[aeiou]/i.test(kind) ? "an" : "a"} ${kind}`;
}
