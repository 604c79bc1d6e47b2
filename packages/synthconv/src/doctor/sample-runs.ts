/** Runs of the loss that are compared with each other, entry by entry. */
import type { Tensor } from "../autograd/tensor.js";
import { observedLoss, putBack, type Subject } from "./observed-loss.js";
import { type Origin, Trace } from "./trace.js";
import { numberOf } from "./way.js";

export interface Run {
  readonly origins: readonly Origin[];
  readonly trace: Trace;
  readonly loss: Tensor;
}

/** A run with a part of the batch changed, and with all else as before. */
export function runOf(subject: Subject, change: () => () => void = () => () => {}): Run {
  return putBack(subject, () => {
    const trace = new Trace();
    const restore = change();
    try {
      const loss = observedLoss(subject.loss, trace);
      return { origins: [...trace.origins.values()], trace, loss };
    } finally {
      restore();
    }
  });
}

/** What comes in every so many runs, an average that is written, say, is another way than those between. */
const MAX_TRIES = 4;

/** A run that goes the same way as another one, where one of the next does; else the last of them. */
export function runAlike(subject: Subject, base: Run, change?: () => () => void): Run {
  let found = runOf(subject, change);
  for (let tries = 1; tries < MAX_TRIES && !isSameWay(base, found); tries++) found = runOf(subject, change);
  return found;
}

export function isSameWay(a: Run, b: Run): boolean {
  return (
    a.origins.length === b.origins.length &&
    assignedIn(a) === assignedIn(b) &&
    a.origins.every(({ operation, tensor }, index) => {
      const other = b.origins[index] as Origin;
      return operation === other.operation && tensor.size === other.tensor.size;
    })
  );
}

function assignedIn({ trace }: Run): string {
  return trace.entries.flatMap(({ kind, tensor }) => (kind === "assigned" ? [numberOf(tensor)] : [])).join();
}

export function isSameRun(a: Run, b: Run): boolean {
  return isSameWay(a, b) && Object.is(a.loss.data[0], b.loss.data[0]);
}
