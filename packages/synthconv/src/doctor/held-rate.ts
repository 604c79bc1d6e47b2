/** Trains from the start with one rate in every step, whatever the run or an update of the user's own would set. */
import { grad } from "../autograd/grad.js";
import { Optimizer } from "../train/optimizer.js";
import type { CaseFile } from "./case-file.js";
import { heldParameters, putBack } from "./observed-loss.js";

/** The losses; NaN behind the last where the program cannot go on. */
export function lossesAtHeldRate(
  { subject, last }: CaseFile,
  optimizer: Optimizer,
  rate: number,
  steps: number,
): number[] {
  const restores = subject.optimizers.map((one) => one.snapshot());
  const property = Object.getOwnPropertyDescriptor(optimizer, "learningRate") as PropertyDescriptor;
  const { step } = Optimizer.prototype;
  const losses: number[] = [];
  Object.defineProperty(optimizer, "learningRate", {
    ...{ configurable: true, enumerable: true },
    get: () => rate,
    set: () => {},
  });
  Optimizer.prototype.step = function (options = {}) {
    step.call(this, this === optimizer ? { learningRate: rate } : options);
  };
  try {
    putBack(subject, () => {
      subject.restart();
      for (const restore of subject.innerOptimizers.values()) restore();
      for (let index = 0; index < steps && losses.every(Number.isFinite); index++) {
        const loss = subject.loss();
        losses.push(loss.data[0] as number);
        // What the run trained by itself needs no other step.
        if (last.isOwnLoop || !loss.requiresGrad) continue;
        const parameters = heldParameters(subject).filter(({ trainable }) => trainable);
        const gradients = grad(loss, parameters, { allowUnused: true });
        for (const [at, parameter] of parameters.entries()) parameter.grad = gradients[at];
        for (const one of subject.optimizers) one.step();
      }
    });
  } catch {
    losses.push(Number.NaN);
  } finally {
    Optimizer.prototype.step = step;
    Object.defineProperty(optimizer, "learningRate", property);
    for (const restore of restores) restore();
  }
  return losses;
}
