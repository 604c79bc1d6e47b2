import { GraphError, ValueError } from "../core/errors.js";
import type { FloatArray } from "../core/float-array.js";
import type { Shape } from "../core/shape.js";
import { provenance } from "./provenance.js";
import { type History, Tensor, type WriteCounter } from "./tensor.js";

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

export interface Recording {
  /** The operation's name, as errors and reports show it. */
  readonly operation: string;
  readonly inputs: readonly Tensor[];
  readonly shape: Shape;
  readonly data: FloatArray;
  /** See `TapeNode.backward`. */
  readonly backward: (upstream: Tensor) => readonly (Tensor | undefined)[];
  /** See `TapeNode.zeroDerivative`; default false. */
  readonly zeroDerivative?: boolean;
  /** Given when the result lies over the data of an input (reshape): its counter of in-place writes. */
  readonly writes?: WriteCounter;
}

/**
 * The result of an operation as a tensor, on the tape when the tape is on and an input requires a gradient.
 * Every differentiable operation ends here.
 */
export function record(recording: Recording): Tensor {
  const { operation, inputs, shape, data, backward, writes, zeroDerivative = false } = recording;
  const isRecorded = tapeIsOn && inputs.some((input) => input.requiresGrad);
  const output = new Tensor({
    shape,
    data,
    history: historyOf(operation, inputs),
    ...(writes === undefined ? {} : { writes }),
    node: isRecorded
      ? { operation, inputs, writeCounts: inputs.map(({ writes }) => writes.count), backward, zeroDerivative }
      : undefined,
  });
  provenance.observer?.recorded(output, { operation, inputs, onTape: isRecorded, zeroDerivative });
  return output;
}

/**
 * The same numbers without their tape: no gradient passes. With a `reason` the cut is declared on purpose,
 * and the result may also start a new `Parameter`; without one it still counts as computed.
 *
 * @throws {ValueError} when the reason is empty.
 */
export function detach(x: Tensor, options: { readonly reason?: string } = {}): Tensor {
  if (options.reason !== undefined && options.reason.trim() === "") {
    throw new ValueError({
      where: "detach reason",
      expected: "a sentence that says why",
      received: "nothing",
    });
  }
  const history = options.reason === undefined ? historyOf("detach", [x]) : undefined;
  const output = new Tensor({ shape: x.shape, data: x.data, writes: x.writes, history });
  provenance.observer?.detached(output, x, options.reason);
  return output;
}

function historyOf(operation: string, inputs: readonly Tensor[]): History | undefined {
  for (const input of inputs) {
    if (input.history !== undefined) return { operation, source: input.history.source };
    if (input.requiresGrad) return { operation, source: input };
  }
  return undefined;
}
