/**
 * A run of a loss function, and all that happens in it where TensorFlow.js' tape ends without a word: numbers
 * assigned into a variable, made into a new one, or read as plain numbers.
 */
import { type CallSite, callSite } from "../core/call-site.js";
import { ShapeError, ValueError } from "../core/errors.js";
import { formatShape } from "../core/shape.js";
import { fingerprint } from "../doctor/fingerprint.js";
import { withDeepStacks } from "../doctor/place.js";
import { replaceMethod } from "./replace-method.js";
import type { TensorFlow, TfjsTensor, TfjsVariable } from "./tensorflow.js";

export interface LossEvent {
  readonly kind: "assigned" | "created" | "read";
  /** What was assigned to or made. */
  readonly variable: TfjsVariable | undefined;
  readonly site: CallSite;
  /** Of the numbers. */
  readonly print: number;
}

export interface LossRun {
  readonly value: number;
  readonly events: readonly LossEvent[];
}

/** Runs a loss without gradients; what it makes is disposed, but for variables. */
export function runLoss(tf: TensorFlow, loss: () => unknown): LossRun {
  const events: LossEvent[] = [];
  const value = tf.tidy(() => {
    const scalar = observed(tf, events, () => checkedLoss(tf, loss()));
    return scalar.dataSync()[0] as number;
  });
  return { value, events };
}

/**
 * @throws {ValueError} when a loss is no tensor.
 * @throws {ShapeError} when it is no scalar.
 */
export function checkedLoss(tf: TensorFlow, value: unknown): TfjsTensor {
  if (!(value instanceof tf.Tensor)) {
    if (value instanceof Promise) value.catch(() => undefined);
    throw new ValueError({
      where: "diagnoseTfjs loss",
      expected: "a function that returns a tensor",
      received: value instanceof Promise ? "a promise" : `a result of type ${typeof value}`,
      repair: "Return the loss as it was computed, without await and without dataSync().",
    });
  }
  if (value.rank === 0) return value;
  throw new ShapeError({
    where: "diagnoseTfjs loss",
    expected: "a scalar, shape []",
    received: `shape ${formatShape(value.shape)}`,
    repair: "Reduce it: tf.mean(x) or tf.sum(x).",
  });
}

/** Runs `body` and adds to `events` what happens meanwhile; TensorFlow.js is afterwards as it was. */
export function observed<Result>(tf: TensorFlow, events: LossEvent[], body: () => Result): Result {
  const engine = tf.engine();
  const { dataSync } = tf.Tensor.prototype;
  const tell = (kind: LossEvent["kind"], values: TfjsTensor, variable?: TfjsVariable): void => {
    // Inside of an operation nothing is the user's doing.
    if (engine.state.kernelDepth > 0 || values.dtype === "string" || values.dtype === "complex64") return;
    const numbers = Float32Array.from(dataSync.call(values) as ArrayLike<number>);
    events.push({ kind, variable, site: callSite(), print: fingerprint(numbers) });
  };
  const restores = [
    replaceMethod(tf.Variable.prototype, "assign", (assign) => {
      return function (this: TfjsVariable, value: TfjsTensor) {
        tell("assigned", value, this);
        assign.call(this, value);
      };
    }),
    replaceMethod(tf.Tensor.prototype, "dataSync", (read) => {
      return function (this: TfjsTensor) {
        tell("read", this);
        return read.call(this);
      } as typeof read;
    }),
    replaceMethod(engine, "makeVariable", (make) => {
      return function (this: typeof engine, ...given) {
        const variable = make.apply(this, given);
        tell("created", variable, variable);
        return variable;
      };
    }),
  ];
  try {
    return withDeepStacks(body);
  } finally {
    for (const restore of restores) restore();
  }
}
