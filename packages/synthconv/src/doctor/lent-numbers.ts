/** Parameters that stand where the model does not look have no numbers, and a diagnosis lends them some. */
import { Parameter } from "../autograd/parameter.js";
import type { Tensor } from "../autograd/tensor.js";
import { RandomStream } from "../core/random.js";
import { initializerOf } from "../nn/declare-parameter.js";
import { observedLoss, type Subject } from "./observed-loss.js";
import { Trace } from "./trace.js";

/**
 * Runs the loss once for it.
 *
 * @returns what takes the numbers back; nothing where the model itself was not initialized, which its user has to do.
 */
export function lendNumbers(subject: Subject): readonly (() => void)[] {
  const own = new Set<Tensor>(subject.model.parameters());
  if ([...own].some(({ isInitialized }) => !isInitialized)) return [];
  const restores: (() => void)[] = [];
  const onUninitialized = (parameter: Tensor): void => {
    const initializer = parameter instanceof Parameter ? initializerOf(parameter) : undefined;
    if (!(parameter instanceof Parameter) || initializer === undefined) return;
    restores.push(parameter.snapshot());
    const random = new RandomStream({ seed: 0, purpose: `lent:${restores.length}` });
    parameter.assign(initializer(parameter.shape, random));
  };
  try {
    observedLoss(subject.loss, new Trace({ hasPrints: false, onUninitialized }));
  } catch {
    // What it fails of is met again by the run that is watched.
  } finally {
    subject.restart();
  }
  return restores;
}
