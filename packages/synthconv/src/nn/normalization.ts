/** Normalisations as layers, whose gains (1) and offsets (0) are trained; for ones that a network writes call the operations. */
import { isRecomputed } from "../autograd/checkpoint.js";
import { full } from "../autograd/creation.js";
import { TENSOR } from "../autograd/kinds.js";
import type { Parameter } from "../autograd/parameter.js";
import type { Tensor } from "../autograd/tensor.js";
import { check, checkOptions, type Fields } from "../core/arguments.js";
import { ValueError } from "../core/errors.js";
import { initializers } from "../core/initializers.js";
import { ABOVE_ZERO, BOOLEAN, either, listOf, optional, SHARE, whole } from "../core/kinds.js";
import type { Shape } from "../core/shape.js";
import { batchGroups, batchNormOf } from "../ops/batch-norm.js";
import { batchNorm, groupNorm, instanceNorm, layerNorm } from "../ops/index.js";
import { statisticsOf } from "../ops/normalize.js";
import { declareParameter } from "./declare-parameter.js";
import { isTraining } from "./modes.js";
import { Module } from "./module.js";
import { RunningStatistic } from "./running-statistic.js";

export interface NormLayerOptions {
  /** Added to the variance. Default 1e-5. */
  readonly epsilon?: number;
  /** Whether there are gains and offsets. Default true; InstanceNorm false, as in PyTorch. */
  readonly affine?: boolean;
}

export interface BatchNormLayerOptions extends NormLayerOptions {
  /** Share of each batch in the running statistics. Default 0.1. */
  readonly momentum?: number;
}

const NORM_OPTIONS: Fields<NormLayerOptions> = { epsilon: optional(ABOVE_ZERO), affine: optional(BOOLEAN) };
const BATCH_NORM_OPTIONS: Fields<BatchNormLayerOptions> = { ...NORM_OPTIONS, momentum: optional(SHARE) };
const SIZE = whole(1);
const SIZES = either(SIZE, listOf(SIZE, "sizes"), "a size, or the list of the sizes of the last axes");

/** Gains and offsets of this shape, or none. */
abstract class Norm extends Module {
  readonly weight: Parameter | undefined;
  readonly bias: Parameter | undefined;
  protected readonly epsilon: number;

  constructor(shape: Shape, { epsilon = 1e-5, affine = true }: NormLayerOptions) {
    super();
    this.epsilon = epsilon;
    if (!affine) return;
    const name = new.target.name;
    this.weight = declareParameter(shape, initializers.constant(1), `the weight of a ${name}`);
    this.bias = declareParameter(shape, initializers.constant(0), `the bias of a ${name}`);
  }

  abstract forward(x: Tensor): Tensor;
}

/** `layerNorm` over the last axes (torch.nn.LayerNorm). */
export class LayerNorm extends Norm {
  readonly #axes: number;

  /**
   * @param sizes of the last axes, or of the last one.
   * @throws {ValueError} when an argument is of another kind.
   */
  constructor(sizes: number | readonly number[], options: NormLayerOptions = {}) {
    check("LayerNorm", "sizes", sizes, SIZES);
    checkOptions("LayerNorm", options, NORM_OPTIONS);
    const shape = typeof sizes === "number" ? [sizes] : sizes;
    super(shape, options);
    this.#axes = shape.length;
  }

  /** @param x [...,N1,...,Nk] */
  forward(x: Tensor): Tensor {
    return layerNorm(x, this.weight, this.bias, { axes: this.#axes, epsilon: this.epsilon });
  }
}

/** `groupNorm` of C channels (torch.nn.GroupNorm). */
export class GroupNorm extends Norm {
  readonly #groups: number;

  /** @throws {ValueError} when the groups do not divide the channels, or an argument is of another kind. */
  constructor(groups: number, channels: number, options: NormLayerOptions = {}) {
    check("GroupNorm", "groups", groups, SIZE);
    check("GroupNorm", "channels", channels, SIZE);
    checkOptions("GroupNorm", options, NORM_OPTIONS);
    if (channels % groups !== 0) {
      throw new ValueError({
        where: "GroupNorm groups",
        expected: `a divisor of ${channels} channels`,
        received: String(groups),
      });
    }
    super([channels], options);
    this.#groups = groups;
  }

  /** @param x [B,C,...] */
  forward(x: Tensor): Tensor {
    return groupNorm(x, this.#groups, this.weight, this.bias, { epsilon: this.epsilon });
  }
}

/** `instanceNorm` of C channels (torch.nn.InstanceNorm2d without running statistics). */
export class InstanceNorm extends Norm {
  /** @throws {ValueError} when an argument is of another kind. */
  constructor(channels: number, options: NormLayerOptions = {}) {
    check("InstanceNorm", "channels", channels, SIZE);
    checkOptions("InstanceNorm", options, NORM_OPTIONS);
    super([channels], { ...options, affine: options.affine ?? false });
  }

  /** @param x [B,C,...] */
  forward(x: Tensor): Tensor {
    return instanceNorm(x, this.weight, this.bias, { epsilon: this.epsilon });
  }
}

/**
 * `batchNorm` of C channels with running statistics (torch.nn.BatchNorm2d). In training each batch is normalised by its own
 * and moves the running ones by `momentum` towards them (the variance as the estimate for all data, n / (n - 1) of the
 * batch's); in evaluation (`model.eval()`) the running ones are used.
 */
export class BatchNorm extends Norm {
  /** [C], 0 at first. */
  readonly runningMean: RunningStatistic;
  /** [C], 1 at first. */
  readonly runningVariance: RunningStatistic;
  readonly #momentum: number;

  /** @throws {ValueError} when an argument is of another kind. */
  constructor(channels: number, options: BatchNormLayerOptions = {}) {
    check("BatchNorm", "channels", channels, SIZE);
    checkOptions("BatchNorm", options, BATCH_NORM_OPTIONS);
    super([channels], options);
    this.runningMean = new RunningStatistic(full([channels], 0));
    this.runningVariance = new RunningStatistic(full([channels], 1));
    this.#momentum = options.momentum ?? 0.1;
  }

  /**
   * @param x [B,C,...]
   * @throws {ShapeError} when the channels are others, or in training a channel has one number only.
   */
  forward(x: Tensor): Tensor {
    check("batchNorm", "x", x, TENSOR);
    const { weight, bias, epsilon, runningMean: mean, runningVariance: variance } = this;
    // In evaluation, and where the channels do not fit, which it says.
    if (!isTraining(this) || x.shape[1] !== mean.size)
      return batchNorm(x, weight, bias, { epsilon, mean, variance });
    const view = batchGroups(x);
    const measured = statisticsOf(x.data, view);
    const result = batchNormOf(x, weight, bias, epsilon, measured);
    if (isRecomputed()) return result;
    const count = view.outer * view.inner;
    this.#move(mean, measured.mean);
    this.#move(
      variance,
      measured.variance.map((value) => (value * count) / (count - 1)),
    );
    return result;
  }

  #move(running: RunningStatistic, measured: Float64Array): void {
    const momentum = this.#momentum;
    running.measure(
      measured.map((value, i) => (1 - momentum) * (running.data[i] as number) + momentum * value),
    );
  }
}
