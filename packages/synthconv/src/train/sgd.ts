import type { Parameter } from "../autograd/parameter.js";
import { checkOptions, type Fields } from "../core/arguments.js";
import { ValueError } from "../core/errors.js";
import type { FloatArray } from "../core/float-array.js";
import { BELOW_ONE, BOOLEAN, NOT_NEGATIVE, optional } from "../core/kinds.js";
import { Optimizer, type ParameterState } from "./optimizer.js";

export interface SGDOptions {
  readonly learningRate: number;
  /** Share of the last update that goes into this one, from 0 to below 1. Default 0. */
  readonly momentum?: number;
  /** Looks ahead along the momentum (Sutskever, Martens, Dahl, Hinton, ICML 2013). Default false. */
  readonly nesterov?: boolean;
  /** L2 penalty, added to the gradient. Default 0. */
  readonly weightDecay?: number;
}

const SGD_OPTIONS: Fields<SGDOptions> = {
  learningRate: NOT_NEGATIVE,
  momentum: optional(BELOW_ONE),
  nesterov: optional(BOOLEAN),
  weightDecay: optional(NOT_NEGATIVE),
};

/** Gradient descent with momentum, as torch.optim.SGD without dampening. */
export class SGD extends Optimizer {
  override readonly description: string;
  protected override readonly slotNames: readonly string[];
  readonly #momentum: number;
  readonly #nesterov: boolean;
  readonly #weightDecay: number;

  /** @throws {ValueError} when a setting is out of range, or nesterov comes without momentum. */
  constructor(parameters: Iterable<Parameter>, options: SGDOptions) {
    checkOptions("SGD", options, SGD_OPTIONS);
    const { learningRate, momentum = 0, nesterov = false, weightDecay = 0 } = options;
    super(parameters, learningRate);
    if (nesterov && momentum === 0) {
      throw new ValueError({ where: "SGD nesterov", expected: "a momentum above 0 with it", received: "0" });
    }
    this.#momentum = momentum;
    this.#nesterov = nesterov;
    this.#weightDecay = weightDecay;
    this.slotNames = momentum === 0 ? [] : ["momentum"];
    this.description = `SGD ${JSON.stringify({ learningRate, momentum, nesterov, weightDecay })}`;
  }

  protected override update(
    values: FloatArray,
    gradient: FloatArray,
    { slots: [velocity] }: ParameterState,
    learningRate: number,
  ): void {
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      const slope = (gradient[i] as number) + this.#weightDecay * value;
      let direction = slope;
      if (velocity !== undefined) {
        velocity[i] = this.#momentum * (velocity[i] as number) + slope;
        direction = this.#nesterov
          ? slope + this.#momentum * (velocity[i] as number)
          : (velocity[i] as number);
      }
      values[i] = value - learningRate * direction;
    }
  }
}
