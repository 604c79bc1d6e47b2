import { check, checkOptions, type Fields, isRight } from "../core/arguments.js";
import { callSite } from "../core/call-site.js";
import { isPlainObject } from "../core/describe-value.js";
import { GraphError, UninitializedError } from "../core/errors.js";
import type { FloatArray } from "../core/float-array.js";
import { ANY_FLOATS, BOOLEAN, FUNCTION, type Kind, kind, optional, STRING, whole } from "../core/kinds.js";
import { SHAPE, type Shape } from "../core/shape.js";
import { TENSORS } from "./kinds.js";
import type { OperationSettings, WriteCounter } from "./recorded.js";
import { scopes } from "./scope.js";
import { historyOf, provenance, type TapeNode, Tensor } from "./tensor.js";

let tapeIsOn = true;

/** True unless inside `noGrad` (or inside `backward`). */
export function isGradEnabled(): boolean {
  return tapeIsOn;
}

/**
 * Runs `body` with the tape off: nothing it computes can pass a gradient back. `body` must be synchronous.
 *
 * @throws {GraphError} when `body` returns a promise: what it does later would run with the tape on.
 */
export function noGrad<Result>(body: () => Result): Result {
  check("noGrad", "body", body, FUNCTION);
  const before = tapeIsOn;
  tapeIsOn = false;
  try {
    const result = body();
    if (result instanceof Promise) {
      // The refusal below is the error to see; a later failure of the promise must not end the process.
      result.catch(() => undefined);
      throw new GraphError({
        where: "noGrad",
        expected: "a synchronous function",
        received: "a promise",
        repair: "Await outside: the tape is on again as soon as the function returns.",
      });
    }
    return result;
  } finally {
    tapeIsOn = before;
  }
}

/** Runs `body` with the tape on, also inside of `noGrad` and of `backward`. */
export function withTape<Result>(body: () => Result): Result {
  const before = tapeIsOn;
  tapeIsOn = true;
  try {
    return body();
  } finally {
    tapeIsOn = before;
  }
}

export interface Recording {
  /** The operation's name, as errors and reports show it. */
  readonly operation: string;
  readonly inputs: readonly Tensor[];
  readonly shape: Shape;
  readonly data: FloatArray;
  /** See `TapeNode.backward`. */
  readonly backward: (upstream: Tensor) => readonly (Tensor | undefined)[];
  /** See `TapeNode.derivative`; without it `grad(..., { createGraph: true })` refuses the operation. */
  readonly derivative?: TapeNode["derivative"];
  /** See `TapeNode.zeroDerivative`; default false. */
  readonly zeroDerivative?: boolean;
  /** What the inputs and the shape do not say of the operation: its stride, its axis. For those who write it elsewhere. */
  readonly settings?: OperationSettings | undefined;
  /** Given when the result lies over the data of an input (reshape): its counter of in-place writes. */
  readonly writes?: WriteCounter;
  /** Given when the result is a run of the numbers of the only input, as they are: where it starts there. */
  readonly runAt?: number | undefined;
}

const WRITES = kind<WriteCounter>(
  "a counter of writes, that of an input",
  (value) => value instanceof Object,
);
// To ask whether it is a class takes as long as a small operation.
const CALLED = kind("a function", (value) => typeof value === "function");
const SETTINGS = kind<OperationSettings>("an object of settings", isPlainObject);
const RECORDING: Fields<Recording> = {
  operation: STRING,
  inputs: TENSORS,
  shape: SHAPE,
  data: ANY_FLOATS,
  backward: CALLED as Kind<Recording["backward"]>,
  derivative: optional(CALLED) as Kind<Recording["derivative"]>,
  zeroDerivative: optional(BOOLEAN),
  settings: optional(SETTINGS),
  writes: optional(WRITES),
  runAt: optional(whole(0)),
};

/**
 * The result of an operation as a tensor, on the tape when the tape is on and an input requires a gradient.
 * Every differentiable operation ends here.
 *
 * @throws {UninitializedError} when an input is a parameter without numbers.
 */
export function record(recording: Recording): Tensor {
  if (!isRight(recording, RECORDING)) checkOptions("record", recording, RECORDING);
  const {
    operation,
    inputs,
    shape,
    data,
    backward,
    derivative,
    writes,
    settings,
    zeroDerivative = false,
    runAt,
  } = recording;
  for (const input of inputs) checkInitialized(operation, input);
  const isRecorded = tapeIsOn && inputs.some((input) => input.requiresGrad);
  const output = new Tensor({
    shape,
    data,
    history: historyOf(operation, inputs),
    gradientOf: tapeIsOn && !isRecorded ? gradientAmong(inputs) : undefined,
    ...(writes === undefined ? {} : { writes }),
    node: isRecorded
      ? {
          operation,
          inputs,
          writeCounts: inputs.map(({ writes }) => writes.count),
          backward,
          derivative,
          zeroDerivative,
          runAt,
          scope: scopes.current,
        }
      : undefined,
  });
  provenance.sites?.set(output, { site: callSite(), inputs });
  provenance.observer?.recorded(output, {
    operation,
    inputs,
    onTape: isRecorded,
    zeroDerivative,
    settings,
  });
  return output;
}

/** What a result that is not recorded inherits; in a recorded one the walk back meets the gradient itself. */
function gradientAmong(inputs: readonly Tensor[]): string | undefined {
  for (const { gradientOf } of inputs) if (gradientOf !== undefined) return gradientOf;
  return undefined;
}

/** @throws {UninitializedError} naming the parameter and the call that gives it numbers. */
export function checkInitialized(where: string, input: Tensor): void {
  if (input.isInitialized) return;
  provenance.observer?.uninitialized?.(input);
  if (input.isInitialized) return;
  throw new UninitializedError({
    where,
    expected: "parameters that have numbers",
    received: `${input.label}, which was never initialized`,
    repair: "Call model.initialize({ seed }) or model.loadStateDict(state) on the whole model first.",
  });
}
