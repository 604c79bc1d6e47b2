/** The walk over the tape from an output back to its leaves, whose gradients are constants. */
import { dtypeOf, type FloatArray } from "../core/float-array.js";
import { addressOf, allocateResult } from "../core/results.js";
import { GradientRuns } from "./gradient-runs.js";
import { GradientSum } from "./gradient-sum.js";
import { numbersOf } from "./numbers.js";
import { isGradEnabled, noGrad } from "./tape.js";
import { type Observer, provenance, Tensor } from "./tensor.js";
import { checkedNode, checkedSeed, checkGradientOf, checkGradients, outputsFirst } from "./walk.js";

/** Gradients of the leaves, and of every tensor in `keep`; no two share their data. */
export function propagate(
  where: string,
  output: Tensor,
  seed: Tensor | undefined,
  keep?: ReadonlySet<Tensor>,
): Map<Tensor, Tensor> {
  provenance.observer?.propagated(output);
  const arriving = new Map<Tensor, Tensor | GradientSum>([[output, checkedSeed(where, output, seed)]]);
  const kept = new Map<Tensor, Tensor>();
  untaped((observer) => {
    for (const current of outputsFirst(output)) {
      const arrived = arriving.get(current);
      arriving.delete(current);
      if (arrived === undefined) continue;
      const gradient = arrived instanceof GradientSum ? arrived.total() : arrived;
      if (current.node === undefined || keep?.has(current)) kept.set(current, gradient);
      if (current.node === undefined) continue;
      const { operation, inputs, backward: pullBack, runAt } = checkedNode(current.node);
      if (runAt !== undefined && observer === undefined) {
        const [whole] = inputs as [Tensor];
        arriving.set(whole, withRun(arriving.get(whole), whole, runAt, gradient));
        continue;
      }
      const inputGradients = pullBack(gradient);
      // What is wrong about it is what the observer is there to see.
      observer?.pulledBack(current, inputGradients);
      checkGradients(operation, inputs, inputGradients);
      inputs.forEach((input, index) => {
        const incoming = inputGradients[index];
        if (incoming === undefined || !input.requiresGrad) return;
        checkGradientOf(operation, input, index, incoming);
        arriving.set(input, withTerm(arriving.get(input), incoming));
      });
    }
  });
  const gradients = unshared(kept, seed, isGradEnabled() ? output.label : undefined);
  provenance.observer?.differentiated?.(where, output, gradients);
  return gradients;
}

/** One gradient stays the very tensor that an operation returned; more are summed. */
function withTerm(before: Tensor | GradientSum | undefined, term: Tensor): Tensor | GradientSum {
  if (before === undefined) return term;
  const sum = before instanceof GradientSum ? before : new GradientSum(before);
  sum.add(term);
  return sum;
}

/** Runs of one tensor stay runs as long as nothing else arrives there. */
function withRun(
  before: Tensor | GradientSum | undefined,
  whole: Tensor,
  start: number,
  run: Tensor,
): Tensor | GradientSum {
  if (before instanceof GradientRuns && before.lay(start, run)) return before;
  const alone = new GradientRuns(whole);
  alone.lay(start, run);
  return withTerm(before, alone);
}

/**
 * The same gradients, marked as such, and copied where an operation passed one array on to several tensors (`a + b`)
 * or where it is the caller's seed: whoever scales one gradient in place must not change another.
 */
function unshared(
  gradients: Map<Tensor, Tensor>,
  seed: Tensor | undefined,
  gradientOf: string | undefined,
): Map<Tensor, Tensor> {
  const taken = new Set<FloatArray | undefined>([seed && numbersOf(seed)]);
  for (const [tensor, gradient] of gradients) {
    const { shape } = gradient;
    const data = numbersOf(gradient);
    gradients.set(tensor, new Tensor({ shape, data: taken.has(data) ? ownCopy(data) : data, gradientOf }));
    taken.add(data);
  }
  return gradients;
}

/** Nobody writes to the memory of results, and who reads `data` there gets a copy: one for each view. */
function ownCopy(data: FloatArray): FloatArray {
  if (addressOf(data) !== undefined) return data.subarray();
  const copy = allocateResult(dtypeOf(data), data.length);
  copy.set(data);
  return copy;
}

/** With the tape off, and unseen by an observer, who is handed on: gradients are no part of what it watches. */
function untaped(body: (observer: Observer | undefined) => void): void {
  const { observer } = provenance;
  unobserved(() => noGrad(() => body(observer)));
}

/** Runs `body` unseen by the observer of a diagnosis, if there is one. */
export function unobserved<Result>(body: () => Result): Result {
  const { observer } = provenance;
  provenance.observer = undefined;
  try {
    return body();
  } finally {
    provenance.observer = observer;
  }
}
