/** What a loss function makes: variables that stay, and variables that it makes again in every run. */
import { disposingAll, VariableSnapshot } from "./engine-variables.js";
import { type LossEvent, observed, runLoss } from "./observed-loss.js";
import type { TensorFlow, TfjsTensor, TfjsVariable } from "./tensorflow.js";
import { gradientRun, type Subject } from "./training-steps.js";

/**
 * Runs the loss until what it builds once is there: layers without an input shape make their variables when they
 * are applied first. What a second run makes at the same place is made in every run, and is disposed.
 *
 * @returns whether every run makes variables.
 */
export function warmUp(tf: TensorFlow, loss: () => unknown): boolean {
  const snapshot = new VariableSnapshot(tf);
  try {
    const [first, second] = [0, 1].map(() => {
      const { events } = runLoss(tf, loss);
      snapshot.restore();
      return events.filter(({ kind }) => kind === "created");
    }) as [LossEvent[], LossEvent[]];
    const places = new Set(second.map(({ site }) => site.stack));
    for (const { site, variable } of [...first, ...second]) {
      if (places.has(site.stack) && variable?.isDisposed === false) variable.dispose();
    }
    return second.length > 0;
  } finally {
    snapshot.release();
  }
}

/** Trainable variables that a run of the loss makes, and that its gradient reaches. */
export function strayVariables({ tf, loss, variables }: Subject): LossEvent[] {
  const events: LossEvent[] = [];
  const made = (): LossEvent[] =>
    events.filter(({ kind, variable }) => kind === "created" && variable?.trainable === true);
  return disposingAll(tf, () => {
    const wanted: TfjsTensor[] = [...variables.values()];
    const known = wanted.length;
    const result = gradientRun(
      tf,
      () => {
        const value = observed(tf, events, loss);
        for (const { variable } of made()) wanted.push(variable as TfjsVariable);
        return value;
      },
      wanted,
    );
    // Where an operation has no gradient, the training steps have found it.
    const grads = "grads" in result ? result.grads : [];
    return made().filter((_, index) => (grads[known + index] ?? null) !== null);
  });
}
