/** A few training steps of TensorFlow.js, and what each variable got in them. */
import { measureHistogram } from "../doctor/histogram.js";
import type { ParameterHistory, WatchedHistory, WatchedRecord } from "../doctor/history-events.js";
import { disposingAll, scoped } from "./engine-variables.js";
import { checkedLoss } from "./observed-loss.js";
import type { TensorFlow, TfjsOptimizer, TfjsTensor, TfjsVariable } from "./tensorflow.js";
import type { NamedVariables } from "./variables.js";

export interface Subject extends NamedVariables {
  readonly tf: TensorFlow;
  readonly loss: () => unknown;
  /** What the optimizer is to update. */
  readonly held: ReadonlySet<TfjsVariable>;
}

export interface Training {
  readonly watched: WatchedHistory;
  /** By a variable's name: the operation on its way to the loss for which TensorFlow.js has no gradient. */
  readonly gradientless: ReadonlyMap<string, string>;
}

/** Trains until a number is not finite, or for `steps`; the variables are left as the last step made them. */
export function trainingSteps(subject: Subject, optimizer: TfjsOptimizer, steps: number): Training {
  const { tf, variables, trainable, held } = subject;
  const parameters = [...variables].map(([name, variable]) => ({
    ...{ name, shape: [...variable.shape], dtype: "float32" as const },
    ...{ trainable: trainable.has(variable), held: held.has(variable) },
  }));
  const gradientless = new Map<string, string>();
  const records: WatchedRecord[] = [];
  for (let step = 0; step < steps; step++) {
    const record = scoped(tf, () => trainingStep(subject, { optimizer, step, gradientless }));
    records.push(record);
    if (!Number.isFinite(record.loss) || !Number.isFinite(record.gradientNorm)) break;
  }
  return { watched: { parameters, steps: records }, gradientless };
}

interface Step {
  readonly optimizer: TfjsOptimizer;
  readonly step: number;
  readonly gradientless: Map<string, string>;
}

function trainingStep(subject: Subject, { optimizer, step, gradientless }: Step): WatchedRecord {
  const { tf, variables } = subject;
  const { loss, gradients } = disposingAll(tf, () => gradientsOf(subject, gradientless));
  const before = numbersOf(variables);
  const measured = new Map([...gradients].map(([name, values]) => [name, measureHistogram(values)]));
  const isGood = [...measured.values()].every(({ nonFinite }) => nonFinite === 0) && Number.isFinite(loss);
  if (isGood) applyGradients(subject, optimizer, gradients);
  const after = isGood ? numbersOf(variables) : undefined;
  const parameters = new Map<string, ParameterHistory>();
  for (const [name, value] of before) {
    const [gradient, moved] = [measured.get(name), after?.get(name)];
    parameters.set(name, {
      value: measureHistogram(value),
      ...(gradient !== undefined && { gradient }),
      ...(moved !== undefined && {
        update: measureHistogram(moved.map((entry, index) => entry - (value[index] as number))),
      }),
    });
  }
  const squares = [...measured.values()].reduce((sum, { sumOfSquares }) => sum + sumOfSquares, 0);
  const gradientNorm = isGood ? Math.sqrt(squares) : Number.NaN;
  return { step, loss, learningRate: Number(optimizer.getConfig().learningRate), gradientNorm, parameters };
}

type Gradients = ReadonlyMap<string, Float32Array>;

/** The loss and the gradients that arrive; a variable for which there is none is left out. */
function gradientsOf(
  { tf, loss, variables, trainable }: Subject,
  gradientless: Map<string, string>,
): { loss: number; gradients: Gradients } {
  const wanted = [...variables].filter(([, variable]) => trainable.has(variable));
  const gradients = new Map<string, Float32Array>();
  const add = (entries: typeof wanted, found: readonly (TfjsTensor | null | undefined)[]): void => {
    entries.forEach(([name], index) => {
      const gradient = found[index]?.dataSync<"float32">();
      if (gradient !== undefined) gradients.set(name, gradient);
    });
  };
  const runs = [wanted];
  let value: number | undefined;
  for (const entries of runs) {
    const result = gradientRun(
      tf,
      loss,
      entries.map(([, variable]) => variable),
    );
    if ("grads" in result) {
      value ??= result.value;
      add(entries, result.grads);
    } else if (entries.length > 1) {
      // One operation without a gradient stops them all: each on its own tells which lead through it.
      for (const entry of entries) runs.push([entry]);
    } else {
      const [name] = entries[0] as (typeof wanted)[number];
      gradientless.set(name, result.operation);
    }
  }
  value ??= scoped(tf, () => checkedLoss(tf, loss()).dataSync()[0] as number);
  return { loss: value, gradients };
}

export type GradientRun =
  | { readonly value: number; readonly grads: readonly (TfjsTensor | null | undefined)[] }
  /** The operation for which TensorFlow.js has no gradient. */
  | { readonly operation: string };

/**
 * The gradients of a loss; none for what it does not reach.
 *
 * @param wanted is read when the loss has run, so that it may grow meanwhile.
 */
export function gradientRun(tf: TensorFlow, loss: () => unknown, wanted: TfjsTensor[]): GradientRun {
  const engine = tf.engine();
  const lossTensor = (): TfjsTensor => checkedLoss(tf, loss());
  if (wanted.length === 0) return { value: lossTensor().dataSync()[0] as number, grads: [] };
  try {
    const { value, grads } = engine.gradients(lossTensor, wanted, undefined, true);
    return { value: value.dataSync()[0] as number, grads };
  } catch (error) {
    // What the tape had saved for a backward pass that did not come to its end.
    for (const { saved } of engine.state.activeTape ?? []) for (const tensor of saved ?? []) tensor.dispose();
    engine.state.activeTape = [];
    const operation = /gradient function not found for (\w+)/.exec(String(error))?.[1];
    if (operation === undefined) throw error;
    return { operation };
  }
}

function applyGradients(
  { tf, variables, trainable, held }: Subject,
  optimizer: TfjsOptimizer,
  gradients: Gradients,
): void {
  const updates = [...variables]
    .filter(([, variable]) => trainable.has(variable) && held.has(variable))
    .map(([name, variable]) => {
      const gradient = gradients.get(name);
      const tensor = gradient && tf.tensor(gradient, variable.shape);
      // As minimize does it: the optimizers know a variable by its place in the list, and skip it without a gradient.
      return { name: variable.name, tensor: tensor as TfjsTensor };
    });
  if (updates.length > 0) optimizer.applyGradients(updates);
}

function numbersOf(variables: ReadonlyMap<string, TfjsVariable>): Map<string, Float32Array> {
  return new Map([...variables].map(([name, variable]) => [name, variable.dataSync<"float32">()]));
}
