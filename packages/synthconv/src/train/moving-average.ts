import { check, checkOptions, type Fields } from "../core/arguments.js";
import { ShapeError } from "../core/errors.js";
import type { FloatArray } from "../core/float-array.js";
import { BELOW_ONE, BOOLEAN, FUNCTION, optional, whole } from "../core/kinds.js";
import { formatShape, sameShape } from "../core/shape.js";
import { checkState } from "../nn/kinds.js";
import type { Module } from "../nn/module.js";
import type { StateEntry } from "../nn/state-dict.js";
import { MODULE } from "./kinds.js";

export interface MovingAverageOptions {
  /** Share of the average that stays at each update, from 0 to below 1. Default 0.999. */
  readonly decay?: number;
  /** Less of it at first: update n keeps at most (1 + n) / (10 + n). Default false. */
  readonly warmUp?: boolean;
}

const OPTIONS: Fields<MovingAverageOptions> = { decay: optional(BELOW_ONE), warmUp: optional(BOOLEAN) };

/**
 * An average of a model's parameters over the steps of a training, the latest ones most: `average = decay average +
 * (1 - decay) value` (Polyakov and Juditsky, 1992; Tarvainen and Valpola, 2017). It begins with the numbers that the model
 * has when it is made.
 */
export class ExponentialMovingAverage {
  readonly #model: Module;
  readonly #options: Required<MovingAverageOptions>;
  /** By path. */
  readonly #averages: Map<string, FloatArray>;
  #updates = 0;

  /** @throws {ValueError} when it is no Module, or the decay is not from 0 to below 1. */
  constructor(model: Module, options: MovingAverageOptions = {}) {
    check("ExponentialMovingAverage", "model", model, MODULE);
    checkOptions("ExponentialMovingAverage", options, OPTIONS);
    const { decay = 0.999, warmUp = false } = options;
    this.#model = model;
    this.#options = { decay, warmUp };
    this.#averages = new Map(Array.from(model.namedParameters(), ([path, { data }]) => [path, data.slice()]));
  }

  /** Moves the average towards the parameters: call it after each step of the optimizer. */
  update(): void {
    const { decay, warmUp } = this.#options;
    const kept = warmUp ? Math.min(decay, (1 + this.#updates) / (10 + this.#updates)) : decay;
    this.#updates++;
    for (const [path, { data }] of this.#model.namedParameters()) {
      const average = this.#averages.get(path);
      for (let i = 0; average !== undefined && i < average.length; i++) {
        average[i] = kept * (average[i] as number) + (1 - kept) * (data[i] as number);
      }
    }
  }

  /**
   * Runs `body`, an evaluation or a save, with the averages in the parameters, whose own numbers are put back when it ends.
   *
   * @returns what it returns; of an async body after it has ended.
   */
  during<Result>(body: () => Result): Result {
    check("during", "body", body, FUNCTION);
    const restore = this.#model.snapshot();
    for (const [path, parameter] of this.#model.namedParameters()) {
      parameter.assign(this.#averages.get(path) ?? parameter.data);
    }
    let result: Result;
    try {
      result = body();
    } catch (error) {
      restore();
      throw error;
    }
    if (result instanceof Promise) return result.finally(restore) as Result;
    restore();
    return result;
  }

  /** A copy of the averages by the parameters' paths, and of how many updates there were, `updates` [1]. */
  stateDict(): Map<string, StateEntry> {
    const parameters = this.#model.namedParameters();
    const entries = Array.from(this.#averages, ([path, data]): [string, StateEntry] => {
      return [path, { shape: parameters.get(path)?.shape ?? [data.length], data: data.slice() }];
    });
    return new Map([...entries, ["updates", { shape: [1], data: Float64Array.of(this.#updates) }]]);
  }

  /**
   * Takes over what `stateDict` returned.
   *
   * @throws {ShapeError} naming an entry that is missing, unexpected or of another shape.
   * @throws {ValueError} when it is no Map of tensors, or the count of updates no whole number.
   */
  loadStateDict(state: ReadonlyMap<string, StateEntry>): void {
    checkState("loadStateDict", state);
    const wanted = this.stateDict();
    for (const name of new Set([...wanted.keys(), ...state.keys()])) {
      const [expected, received] = [wanted.get(name), state.get(name)];
      if (expected && received && sameShape(expected.shape, received.shape)) continue;
      throw new ShapeError({
        where: `ExponentialMovingAverage state ${name}`,
        expected: expected ? formatShape(expected.shape) : "no such entry",
        received: received ? formatShape(received.shape) : "none",
      });
    }
    const updates = state.get("updates")?.data[0];
    check("loadStateDict", "state updates", updates, whole(0));
    this.#updates = updates;
    for (const [path, average] of this.#averages) average.set((state.get(path) as StateEntry).data);
  }
}
