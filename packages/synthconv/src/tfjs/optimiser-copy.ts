import { ValueError } from "../core/errors.js";
import type { TensorFlow, TfjsOptimizer } from "./tensorflow.js";

/** Adam's usual rate: without an optimiser any that moves variables will do. */
const LEARNING_RATE = 1e-3;

interface OptimizerClass {
  fromConfig(type: OptimizerClass, config: ReturnType<TfjsOptimizer["getConfig"]>): TfjsOptimizer;
}

/**
 * An optimiser of the same class and settings that has seen no step: what it remembers is private to each class,
 * so that the caller's own could not be put back as it was.
 *
 * @throws {ValueError} when it cannot be made from its class and settings.
 */
export function optimiserCopy(tf: TensorFlow, optimiser: TfjsOptimizer | undefined): TfjsOptimizer {
  if (optimiser === undefined) return tf.train.adam(LEARNING_RATE);
  try {
    const type = optimiser.constructor as unknown as OptimizerClass;
    return type.fromConfig(type, optimiser.getConfig());
  } catch (error) {
    throw new ValueError(
      {
        where: "diagnoseTfjs optimiser",
        expected: "an optimiser of tf.train, or one whose class has fromConfig and getConfig",
        received: `one of class ${optimiser.constructor?.name ?? "unknown"}`,
        repair: "Leave it out: any optimiser shows what learns.",
      },
      { cause: error },
    );
  }
}

/** Disposes an optimiser with all that it keeps: tf.train.momentum's own dispose leaves its learning rate behind. */
export function disposeOptimiser(tf: TensorFlow, optimiser: TfjsOptimizer): void {
  optimiser.dispose();
  for (const kept of Object.values(optimiser)) {
    if (kept instanceof tf.Tensor && !kept.isDisposed) kept.dispose();
  }
}
