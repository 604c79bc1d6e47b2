/** Provenance: what values were made from, whether or not a gradient can flow back. */
import { type ComposedOperation, type Observer, provenance } from "./tensor.js";

/** Runs `body` while the observer sees all that it computes; observers do not nest. */
export function observe<Result>(observer: Observer, body: () => Result): Result {
  const before = provenance.observer;
  provenance.observer = observer;
  try {
    return body();
  } finally {
    provenance.observer = before;
  }
}

/** Runs `body`, whose operations together are one that others know by its name. */
export function composed<Result>(operation: ComposedOperation, body: () => Result): Result {
  const { observer } = provenance;
  return observer?.composed === undefined ? body() : observer.composed(operation, body);
}
