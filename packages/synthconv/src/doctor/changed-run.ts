/** One run of the loss with some parameters set to other numbers, and everything put back after it. */
import type { Parameter } from "../autograd/parameter.js";
import { observedLoss, putBack, type Subject } from "./observed-loss.js";
import { Trace } from "./trace.js";

/**
 * The loss, and before it what the run itself propagated gradients from, in order.
 *
 * @param change of an entry, from its value and its place.
 */
export function valuesWith(
  subject: Subject,
  parameters: readonly Parameter[],
  change: (value: number, index: number) => number,
): number[] {
  return putBack(subject, () => {
    for (const { data } of parameters) {
      for (let i = 0; i < data.length; i++) data[i] = change(data[i] as number, i);
    }
    const trace = new Trace({ hasPrints: false });
    const loss = observedLoss(subject.loss, trace);
    return [...trace.propagatedFrom.keys(), loss].map(({ data }) => data[0] as number);
  });
}
