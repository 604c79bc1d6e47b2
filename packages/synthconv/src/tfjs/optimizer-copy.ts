import { ValueError } from "../core/errors.js";
import type { TensorFlow, TfjsOptimizer } from "./tensorflow.js";

/** Adam's usual rate: without an optimizer any that moves variables will do. */
const LEARNING_RATE = 1e-3;

interface OptimizerClass {
  fromConfig(type: OptimizerClass, config: ReturnType<TfjsOptimizer["getConfig"]>): TfjsOptimizer;
}

/**
 * An optimizer of the same class and settings that has seen no step: what it remembers is private to each class,
 * so that the caller's own could not be put back as it was.
 *
 * @throws {ValueError} when it cannot be made from its class and settings.
 */
export function optimizerCopy(tf: TensorFlow, optimizer: TfjsOptimizer | undefined): TfjsOptimizer {
  if (optimizer === undefined) return tf.train.adam(LEARNING_RATE);
  try {
    const type = optimizer.constructor as unknown as OptimizerClass;
    return type.fromConfig(type, optimizer.getConfig());
  } catch (error) {
    throw new ValueError(
      {
        where: "diagnoseTfjs optimizer",
        expected: "an optimizer of tf.train, or one whose class has fromConfig and getConfig",
        received: `one of class ${optimizer.constructor?.name ?? "unknown"}`,
        repair: "Leave it out: any optimizer shows what learns.",
      },
      { cause: error },
    );
  }
}

/** Disposes an optimizer with all that it keeps: tf.train.momentum's own dispose leaves its learning rate behind. */
export function disposeOptimizer(tf: TensorFlow, optimizer: TfjsOptimizer): void {
  optimizer.dispose();
  for (const kept of Object.values(optimizer)) {
    if (kept instanceof tf.Tensor && !kept.isDisposed) kept.dispose();
  }
}
