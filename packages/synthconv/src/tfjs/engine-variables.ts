import type { TensorFlow, TfjsTensor, TfjsVariable } from "./tensorflow.js";

/**
 * All variables of the engine as they were when this was made. Tensors are immutable and an assignment only
 * points a variable to another one, so that holding the old one copies no number and loses no bit.
 */
export class VariableSnapshot {
  readonly #held = new Map<TfjsVariable, TfjsTensor>();

  constructor(tf: TensorFlow) {
    for (const variable of registered(tf)) this.#held.set(variable, tf.keep(variable.clone()));
  }

  /** Puts the numbers back. */
  restore(): void {
    for (const [variable, tensor] of this.#held) {
      if (!variable.isDisposed && variable.dataId !== tensor.dataId) variable.assign(tensor);
    }
  }

  /** Lets go of what it holds. */
  release(): void {
    for (const tensor of this.#held.values()) tensor.dispose();
    this.#held.clear();
  }
}

/** Runs `body` and disposes the tensors and the variables that it made. */
export function disposingAll<Result>(tf: TensorFlow, body: () => Result): Result {
  const before = new Set(registered(tf));
  try {
    return scoped(tf, body);
  } finally {
    for (const variable of registered(tf)) {
      if (!before.has(variable)) variable.dispose();
    }
  }
}

/** Runs `body` and disposes the tensors that it made; unlike tidy it may return anything, and keeps none of it. */
export function scoped<Result>(tf: TensorFlow, body: () => Result): Result {
  let result: { value: Result } | undefined;
  tf.tidy(() => {
    result = { value: body() };
  });
  return (result as unknown as { value: Result }).value;
}

function registered(tf: TensorFlow): TfjsVariable[] {
  return Object.values(tf.engine().registeredVariables);
}
