/** One run of the loss with some parameters set to other numbers, and everything put back after it. */
import type { Parameter } from "../autograd/parameter.js";
import type { CaseFile } from "./case-file.js";
import { observedLoss, putBack } from "./observed-loss.js";
import { Trace } from "./trace.js";
import { operationsOf } from "./way.js";

/**
 * The loss, and before it what the run itself propagated gradients from, in order; undefined where the run took another
 * way through the program than the last step: a game of turns has the other's turn then.
 *
 * @param change of an entry, from its value and its place.
 */
export function valuesWith(
  { subject, last }: Pick<CaseFile, "subject" | "last">,
  parameters: readonly Parameter[],
  change: (value: number, index: number) => number,
): number[] | undefined {
  return putBack(subject, () => {
    for (const { data } of parameters) {
      for (let i = 0; i < data.length; i++) data[i] = change(data[i] as number, i);
    }
    const trace = new Trace({ hasPrints: false });
    const loss = observedLoss(subject.loss, trace);
    if (operationsOf(trace) !== operationsOf(last.trace)) return undefined;
    return [...trace.propagatedFrom.keys(), loss].map(({ data }) => data[0] as number);
  });
}
