import { ValueError } from "../core/errors.js";
import type { TensorFlow, TfjsTensor, TfjsVariable } from "./tensorflow.js";

interface TfjsWeight {
  readonly name: string;
  read(): TfjsTensor;
}

/** What is used of a `tf.LayersModel` or a layer: its weights and what they are called. */
export interface TfjsModel {
  readonly weights: readonly TfjsWeight[];
  readonly trainableWeights: readonly TfjsWeight[];
}

/** A model, variables, or variables by the names that reports are to call them by. */
export type TfjsVariables = TfjsModel | readonly TfjsVariable[] | Readonly<Record<string, TfjsVariable>>;

export interface NamedVariables {
  /** By the names that reports call them by. */
  readonly variables: ReadonlyMap<string, TfjsVariable>;
  readonly trainable: ReadonlySet<TfjsVariable>;
}

/**
 * The float32 variables to look at; the engine's trainable ones where none are given.
 *
 * @throws {ValueError} when there are none, or something among them is no variable.
 */
export function namedVariables(
  tf: TensorFlow,
  where: string,
  given: TfjsVariables | undefined,
): NamedVariables {
  const named = new Map<string, TfjsVariable>();
  for (const [name, variable] of entriesOf(tf, given)) {
    if (!(variable instanceof tf.Variable) || variable.isDisposed) {
      throw new ValueError({
        where: `${where} variables`,
        expected: "a model with weights, or tf.Variables that are not disposed",
        received: `${name}, which is ${variable instanceof tf.Variable ? "disposed" : "something else"}`,
      });
    }
    // Counters and masks: TensorFlow.js has gradients for float32 alone.
    if (variable.dtype === "float32") named.set(name, variable);
  }
  if (named.size > 0) return { variables: named, trainable: trainableOf(named, given) };
  throw new ValueError({
    where: `${where} variables`,
    expected: "at least one float32 variable",
    received: "none",
    repair: "A model that has not been built has none yet: give it an input shape, or apply it once.",
  });
}

function trainableOf(
  named: ReadonlyMap<string, TfjsVariable>,
  given: TfjsVariables | undefined,
): Set<TfjsVariable> {
  const trainable = [...named.values()].filter((variable) => variable.trainable);
  if (given === undefined || isList(given) || !isModel(given)) return new Set(trainable);
  // A layer that is made with trainable: false has variables that are trainable; only the layer knows.
  const trained = new Set(given.trainableWeights.map((weight) => weight.read()));
  return new Set(trainable.filter((variable) => trained.has(variable)));
}

type Entry = readonly [name: string, variable: unknown];

function entriesOf(tf: TensorFlow, given: TfjsVariables | undefined): Entry[] {
  if (given === undefined) {
    return Object.entries(tf.engine().registeredVariables).filter(([, { trainable }]) => trainable);
  }
  if (isList(given)) return given.map((variable) => [variable.name, variable] as const);
  if (isModel(given)) return given.weights.map((weight) => [weight.name, weight.read()] as const);
  return Object.entries(given);
}

function isList(given: TfjsVariables): given is readonly TfjsVariable[] {
  return Array.isArray(given);
}

function isModel(given: TfjsModel | Readonly<Record<string, TfjsVariable>>): given is TfjsModel {
  return Array.isArray(given.weights);
}

/**
 * Whether a variable may be the counter of an optimizer: tf.train.adam and adamax keep theirs as trainable
 * scalars without their own name.
 */
export function mayBeCounter({ rank, name }: TfjsVariable): boolean {
  return rank === 0 && /^\d+$/.test(name);
}
