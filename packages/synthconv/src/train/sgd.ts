import type { Parameter } from "../autograd/parameter.js";
import { checkOptions, type Fields } from "../core/arguments.js";
import { ValueError } from "../core/errors.js";
import type { FloatArray } from "../core/float-array.js";
import { BELOW_ONE, BOOLEAN, NOT_NEGATIVE, optional } from "../core/kinds.js";
import { Optimizer, type ParameterState } from "./optimizer.js";
import { type OptimizedParameters, ratesOf, readGroups } from "./parameter-groups.js";

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
  readonly #settings: Required<SGDOptions>;
  readonly #ofGroups: ReadonlyMap<Parameter, SGDOptions>;

  /**
   * @param parameters a list of them, or groups `{ parameters, ... }` with settings of their own.
   * @throws {ValueError} when a setting is out of range, or nesterov comes without momentum.
   */
  constructor(parameters: OptimizedParameters<SGDOptions>, options: SGDOptions) {
    checkOptions("SGD", options, SGD_OPTIONS);
    const { learningRate, momentum = 0, nesterov = false, weightDecay = 0 } = options;
    const defaults = { learningRate, momentum, nesterov, weightDecay };
    const {
      parameters: all,
      settings,
      groups,
    } = readGroups<SGDOptions>("SGD", parameters, defaults, SGD_OPTIONS);
    super(all, learningRate, ratesOf(settings));
    for (const own of [defaults, ...settings.values()]) {
      if (!own.nesterov || own.momentum !== 0) continue;
      throw new ValueError({ where: "SGD nesterov", expected: "a momentum above 0 with it", received: "0" });
    }
    this.#settings = defaults;
    this.#ofGroups = settings;
    const hasMomentum = [defaults, ...settings.values()].some((own) => own.momentum !== 0);
    this.slotNames = hasMomentum ? ["momentum"] : [];
    this.description = `SGD ${JSON.stringify({ ...defaults, ...(groups && { groups }) })}`;
  }

  protected override update(
    values: FloatArray,
    gradient: FloatArray,
    { slots: [velocity] }: ParameterState,
    learningRate: number,
    parameter: Parameter,
  ): void {
    const { momentum, nesterov, weightDecay } = { ...this.#settings, ...this.#ofGroups.get(parameter) };
    for (let i = 0; i < values.length; i++) {
      const value = values[i] as number;
      const slope = (gradient[i] as number) + weightDecay * value;
      let direction = slope;
      if (velocity !== undefined && momentum !== 0) {
        velocity[i] = momentum * (velocity[i] as number) + slope;
        direction = nesterov ? slope + momentum * (velocity[i] as number) : (velocity[i] as number);
      }
      values[i] = value - learningRate * direction;
    }
  }
}
