import type { Parameter } from "../autograd/parameter.js";
import { allocate, type FloatArray } from "../core/float-array.js";
import type { Module } from "../nn/module.js";
import type { HistoryRecord } from "./history-record.js";
import type { Optimizer } from "./optimizer.js";

/** One parameter's values, gradient and update in a step. The arrays are valid until the next step. */
export interface WatchedParameter {
  /** Dotted path. */
  readonly name: string;
  readonly parameter: Parameter;
  /** Whether the optimizer updates it. */
  readonly held: boolean;
  /** Before the update. */
  readonly value: FloatArray;
  /** Before clipping; undefined where none arrived. */
  readonly gradient: FloatArray | undefined;
  /** Weights after the step minus weights before it; undefined where the step was refused. */
  readonly update: FloatArray | undefined;
}

export interface WatchedStep extends HistoryRecord {
  readonly parameters: readonly WatchedParameter[];
}

export interface WatchOptions {
  /** Steps between two that are watched; step 0 is the first one. */
  readonly every: number;
  /**
   * Called after a watched step, also when its gradient was not finite and the loop is about to throw: then
   * whichever step that was, without updates.
   */
  readonly record: (step: WatchedStep) => void;
}

/** Holds what a step is about to overwrite: the weights (copied) and the gradients before clipping. */
export class StepWatch {
  readonly #options: WatchOptions;
  readonly #parameters: readonly Omit<WatchedParameter, "update">[];

  /** Called between the backward pass and clipping. */
  constructor(
    options: WatchOptions,
    { model, optimizer }: { model: Module; optimizer: Pick<Optimizer, "parameters"> },
  ) {
    this.#options = options;
    const held = new Set(optimizer.parameters);
    this.#parameters = [...model.namedParameters()].map(([name, parameter]) => ({
      name,
      parameter,
      held: held.has(parameter),
      value: parameter.data.slice(),
      gradient: parameter.grad?.data,
    }));
  }

  /** Called after the update. */
  end(record: HistoryRecord): void {
    this.#options.record({ ...record, parameters: this.#parameters.map(withUpdate) });
  }

  /** Called in place of `end` when there will be no update. */
  refuse(record: HistoryRecord): void {
    const parameters = this.#parameters.map((watched) => ({ ...watched, update: undefined }));
    this.#options.record({ ...record, parameters });
  }
}

/** The update is computed when it is asked for: of millions of weights a norm may be all that is wanted. */
function withUpdate(watched: Omit<WatchedParameter, "update">): WatchedParameter {
  let update: FloatArray | undefined;
  return {
    ...watched,
    get update() {
      update ??= updateOf(watched);
      return update;
    },
  };
}

function updateOf({ parameter, value }: Omit<WatchedParameter, "update">): FloatArray {
  const update = allocate(parameter.dtype, value.length);
  for (let i = 0; i < update.length; i++) update[i] = (parameter.data[i] as number) - (value[i] as number);
  return update;
}
