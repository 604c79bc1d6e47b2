import type { TensorFlow, TfjsTensor, TfjsVariable } from "./tensorflow.js";

/**
 * All variables of the engine as they were when this was made. Tensors are immutable and an assignment only
 * points a variable to another one, so that holding the old one copies no number and loses no bit.
 */
export class VariableSnapshot {
  readonly #tf: TensorFlow;
  readonly #held = new Map<TfjsVariable, TfjsTensor>();

  constructor(tf: TensorFlow) {
    this.#tf = tf;
    for (const variable of registered(tf)) this.#held.set(variable, tf.keep(variable.clone()));
  }

  /** Puts the numbers back. */
  restore(): void {
    for (const [variable, tensor] of this.#held) {
      if (!variable.isDisposed && variable.dataId !== tensor.dataId) variable.assign(tensor);
    }
  }

  /** Disposes variables that were made since. */
  disposeNew(): void {
    for (const variable of registered(this.#tf)) {
      if (!this.#held.has(variable)) variable.dispose();
    }
  }

  /** Lets go of what it holds. */
  release(): void {
    for (const tensor of this.#held.values()) tensor.dispose();
    this.#held.clear();
  }
}

function registered(tf: TensorFlow): TfjsVariable[] {
  return Object.values(tf.engine().registeredVariables);
}
