/** Tries learning rates out: a rate that is named as the repair has been seen to train. */
import { grad } from "../autograd/grad.js";
import type { Optimizer } from "../train/optimizer.js";
import { heldParameters, putBack, type Subject } from "./observed-loss.js";

const TRIED = [0.1, 0.03, 0.01, 0.003, 0.001, 3e-4, 1e-4, 1e-5, 1e-6] as const;
const STEPS = 8;
/** More entries than that make a trial slow: then no number is named. */
const MAX_ENTRIES = 100_000;

/** The rate of those tried with which the loss falls furthest, none of its steps above where it began. */
export function workingRate(
  subject: Subject,
  isAllowed: (rate: number) => boolean,
  tried: readonly Optimizer[] = subject.optimizers,
): number | undefined {
  const entries = heldParameters(subject).reduce((sum, { size }) => sum + size, 0);
  if (entries > MAX_ENTRIES || subject.hasOwnOptimizer) return undefined;
  let best: { rate: number; loss: number } | undefined;
  for (const rate of TRIED.filter(isAllowed)) {
    const losses = trial(subject, rate, tried);
    const [first = Number.NaN, last = Number.NaN] = [losses[0], losses.at(-1)];
    const isWell = losses.every((loss) => loss <= first) && last < first;
    if (isWell && last < (best?.loss ?? Number.POSITIVE_INFINITY)) best = { rate, loss: last };
  }
  return best?.rate;
}

function trial(subject: Subject, learningRate: number, tried: readonly Optimizer[]): number[] {
  const restores = subject.optimizers.map((optimizer) => optimizer.snapshot());
  const losses: number[] = [];
  try {
    putBack(subject, () => {
      subject.restart();
      for (let step = 0; step < STEPS; step++) {
        const loss = subject.loss();
        losses.push(loss.data[0] as number);
        if (!loss.requiresGrad || !Number.isFinite(losses[step])) break;
        const parameters = heldParameters(subject).filter(({ trainable }) => trainable);
        const gradients = grad(loss, parameters, { allowUnused: true });
        for (const [index, parameter] of parameters.entries()) parameter.grad = gradients[index];
        for (const optimizer of subject.optimizers)
          optimizer.step(tried.includes(optimizer) ? { learningRate } : {});
      }
    });
  } catch {
    // A program that cannot run on has no rate to name.
    losses.push(Number.NaN);
  } finally {
    for (const restore of restores) restore();
  }
  return losses;
}

/**
 * `at line 3 from 20 to 0.01`, or without numbers where none was tried.
 *
 * @param only the optimizer to blame; default all of them.
 */
export function rateText(subject: Subject, direction: "Lower" | "Raise", only?: Optimizer): string {
  const optimizer = only ?? subject.optimizers[0];
  if (subject.hasOwnOptimizer || optimizer === undefined) return `${direction} the learning rate.`;
  const learningRate = Number(optimizer.learningRate.toPrecision(6));
  const rate = workingRate(
    subject,
    (tried) => (direction === "Lower" ? tried < learningRate : tried > learningRate),
    only && [only],
  );
  const from = `${direction} its learning rate from ${learningRate}`;
  return rate === undefined ? `${from}.` : `${from} to ${rate}: with that the loss was seen to fall.`;
}
