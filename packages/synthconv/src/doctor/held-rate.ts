/** Trains from the start with one rate in every step, whatever the run or an update of the user's own would set. */
import { Optimizer } from "../train/optimizer.js";
import type { CaseFile } from "./case-file.js";
import { trained } from "./rate-trial.js";

/** The losses; NaN behind the last where the program cannot go on. */
export function lossesAtHeldRate(
  { subject, last }: CaseFile,
  optimizer: Optimizer,
  rate: number,
  steps: number,
): number[] {
  const property = Object.getOwnPropertyDescriptor(optimizer, "learningRate") as PropertyDescriptor;
  const { step } = Optimizer.prototype;
  Object.defineProperty(optimizer, "learningRate", {
    ...{ configurable: true, enumerable: true },
    get: () => rate,
    set: () => {},
  });
  Optimizer.prototype.step = function (options = {}) {
    step.call(this, this === optimizer ? { learningRate: rate } : options);
  };
  const begin = (): void => {
    subject.restart();
    for (const restore of subject.innerOptimizers.values()) restore();
  };
  try {
    return trained(subject, steps, {
      ...{ begin, isOver: () => false, update: (one) => one.step() },
      stepsItself: last.isOwnLoop,
    });
  } finally {
    Optimizer.prototype.step = step;
    Object.defineProperty(optimizer, "learningRate", property);
  }
}
