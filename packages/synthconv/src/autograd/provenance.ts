/**
 * Provenance: what values were made from, whether or not a gradient can flow back. Nobody is told of it but an
 * observer, and there is one only while a diagnosis runs; without one each of these hooks is one comparison.
 */
import type { FloatArray } from "../core/float-array.js";
import type { Parameter } from "./parameter.js";
import type { Tensor } from "./tensor.js";

export interface ObservedOperation {
  readonly operation: string;
  readonly inputs: readonly Tensor[];
  /** Whether it was recorded: false with the tape off, and where no input requires a gradient. */
  readonly onTape: boolean;
  readonly zeroDerivative: boolean;
}

/** Told of everything that happens to values, when it happens. */
export interface Observer {
  /** Called for every tensor, before any of the calls that say more about it. */
  created(tensor: Tensor): void;
  recorded(output: Tensor, operation: ObservedOperation): void;
  detached(output: Tensor, input: Tensor, reason: string | undefined): void;
  /** Called also for a value that no parameter may be made from: a diagnosis sees what would come of it. */
  parameterMade(parameter: Parameter, value: Tensor): void;
  /** Called before the numbers are overwritten. */
  assigned(parameter: Parameter, values: FloatArray): void;
}

/** Holds the observer of the diagnosis that runs now. */
export const provenance: { observer: Observer | undefined } = { observer: undefined };

/** Runs `body`, telling the observer of all that it computes; observers do not nest. */
export function observe<Result>(observer: Observer, body: () => Result): Result {
  const before = provenance.observer;
  provenance.observer = observer;
  try {
    return body();
  } finally {
    provenance.observer = before;
  }
}

/**
 * Where something is done: its stack is a string only when it is asked for, which costs far more than keeping
 * it. Engines call it an Error.
 */
export interface CallSite {
  readonly stack?: string | undefined;
}

/** The calls that lead here. */
export function callSite(): CallSite {
  return new Error("call site");
}

const constructionSites = new WeakMap<object, CallSite>();

/** Remembers where a parameter or an optimizer is constructed, which is long before anyone asks. */
export function rememberConstruction(made: object): void {
  constructionSites.set(made, callSite());
}

export function constructionSite(made: object): CallSite | undefined {
  return constructionSites.get(made);
}
