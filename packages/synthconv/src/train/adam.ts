import type { Parameter } from "../autograd/parameter.js";
import { checkOptions, type Fields } from "../core/arguments.js";
import type { FloatArray } from "../core/float-array.js";
import { BELOW_ONE, BOOLEAN, isListOf, kind, NOT_NEGATIVE, optional } from "../core/kinds.js";
import { adamStep } from "../kernels/index.js";
import { Optimizer, type ParameterState } from "./optimizer.js";
import { type OptimizedParameters, ratesOf, readGroups } from "./parameter-groups.js";

export interface AdamOptions {
  readonly learningRate: number;
  /** Decay of the averages of the gradient and of its square, each from 0 to below 1. Default [0.9, 0.999]. */
  readonly betas?: readonly [number, number];
  /** Added to the denominator. Default 1e-8. */
  readonly epsilon?: number;
  /** Adam: an L2 penalty in the gradient, default 0. AdamW: a shrinking apart from it, default 0.01. */
  readonly weightDecay?: number;
  /** Divides by the largest average of squares so far (Reddi, Kale, Kumar, ICLR 2018). Default false. */
  readonly amsgrad?: boolean;
}

const BETAS = kind<readonly [number, number]>(
  "two numbers from 0 to below 1, [first, second]",
  (value) => isListOf(BELOW_ONE, value) && value.length === 2,
);
const ADAM_OPTIONS: Fields<AdamOptions> = {
  learningRate: NOT_NEGATIVE,
  betas: optional(BETAS),
  epsilon: optional(NOT_NEGATIVE),
  weightDecay: optional(NOT_NEGATIVE),
  amsgrad: optional(BOOLEAN),
};

type AdamSettings = Required<AdamOptions>;

/** Adam and AdamW differ only in where the weight decay goes. */
abstract class AdamFamily extends Optimizer {
  override readonly description: string;
  protected override readonly slotNames: readonly string[];
  readonly #settings: AdamSettings;
  readonly #ofGroups: ReadonlyMap<Parameter, AdamSettings>;
  readonly #isDecoupled: boolean;

  constructor(
    name: string,
    given: OptimizedParameters<AdamOptions>,
    settings: AdamSettings,
    isDecoupled: boolean,
  ) {
    const {
      parameters,
      settings: ofGroups,
      groups,
    } = readGroups<AdamOptions>(name, given, settings, ADAM_OPTIONS);
    super(parameters, settings.learningRate, ratesOf(ofGroups));
    const { learningRate, betas, epsilon, weightDecay, amsgrad } = settings;
    this.#settings = settings;
    this.#ofGroups = ofGroups as ReadonlyMap<Parameter, AdamSettings>;
    this.#isDecoupled = isDecoupled;
    const isAmsgrad = amsgrad || [...this.#ofGroups.values()].some((own) => own.amsgrad);
    this.slotNames = isAmsgrad ? ["mean", "meanSquare", "largestMeanSquare"] : ["mean", "meanSquare"];
    // Runs of before there were amsgrad and groups are described as they were.
    const more = { ...(amsgrad && { amsgrad }), ...(groups && { groups }) };
    this.description = `${name} ${JSON.stringify({ learningRate, betas, epsilon, weightDecay, ...more })}`;
  }

  protected override update(
    values: FloatArray,
    gradient: FloatArray,
    { steps, slots }: ParameterState,
    learningRate: number,
    parameter: Parameter,
  ): void {
    const { betas, epsilon, weightDecay, amsgrad } = this.#ofGroups.get(parameter) ?? this.#settings;
    const isDecoupled = this.#isDecoupled;
    const [beta1, beta2] = betas;
    const [mean, meanSquare, largest] = slots as [FloatArray, FloatArray, FloatArray | undefined];
    const stepSize = learningRate / (1 - wholePower(beta1, steps));
    const squareCorrection = Math.sqrt(1 - wholePower(beta2, steps));
    const kept = isDecoupled ? 1 - learningRate * weightDecay : 1;
    const penalty = isDecoupled ? 0 : weightDecay;
    adamStep(
      { beta1, beta2, stepSize, squareCorrection, epsilon, kept, penalty },
      { values, gradient, mean, meanSquare, largest: amsgrad ? largest : undefined },
    );
  }
}

/** Adam (Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015, algorithm 1), as torch.optim.Adam. */
export class Adam extends AdamFamily {
  /**
   * @param parameters a list of them, or groups `{ parameters, ... }` with settings of their own.
   * @throws {ValueError} when a setting is out of range, or a parameter is in two groups.
   */
  constructor(parameters: OptimizedParameters<AdamOptions>, options: AdamOptions) {
    checkOptions("Adam", options, ADAM_OPTIONS);
    const { learningRate, betas = [0.9, 0.999], epsilon = 1e-8, weightDecay = 0, amsgrad = false } = options;
    super("Adam", parameters, { learningRate, betas, epsilon, weightDecay, amsgrad }, false);
  }
}

/**
 * Adam with decoupled weight decay (Loshchilov and Hutter, "Decoupled weight decay regularization", ICLR 2019,
 * algorithm 2), as torch.optim.AdamW.
 */
export class AdamW extends AdamFamily {
  /**
   * @param parameters a list of them, or groups `{ parameters, ... }` with settings of their own.
   * @throws {ValueError} when a setting is out of range, or a parameter is in two groups.
   */
  constructor(parameters: OptimizedParameters<AdamOptions>, options: AdamOptions) {
    checkOptions("AdamW", options, ADAM_OPTIONS);
    const {
      learningRate,
      betas = [0.9, 0.999],
      epsilon = 1e-8,
      weightDecay = 0.01,
      amsgrad = false,
    } = options;
    super("AdamW", parameters, { learningRate, betas, epsilon, weightDecay, amsgrad }, true);
  }
}

/**
 * base^exponent by squaring: a fixed order of multiplications, where Math.pow may differ between engines and
 * would make the same run end in other bits.
 */
function wholePower(base: number, exponent: number): number {
  let result = 1;
  let square = base;
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result *= square;
    square *= square;
  }
  return result;
}
