import { checkSameDType, TENSOR } from "../autograd/kinds.js";
import type { Tensor } from "../autograd/tensor.js";
import { checkOptions, type Fields } from "../core/arguments.js";
import { ShapeError, ValueError } from "../core/errors.js";
import { optional } from "../core/kinds.js";
import { formatShape, sizeOf } from "../core/shape.js";
import {
  channelsOf,
  checkNorm,
  DEFAULT_EPSILON,
  EPSILON,
  type NormOptions,
  ofPart,
  spreadOf,
} from "./affine.js";
import { add, divide, subtract } from "./arithmetic.js";
import { sqrt } from "./elementwise.js";
import { gainsOfChannels, normalizeWithGains, withGains } from "./norm-with-gains.js";
import type { Groups, Statistics } from "./normalize.js";

export interface BatchNormOptions extends NormOptions {
  /** [C], in place of the batch's own, as in evaluation; with `variance`. */
  readonly mean?: Tensor;
  /** [C] */
  readonly variance?: Tensor;
}

const BATCH_NORM_OPTIONS: Fields<BatchNormOptions> = {
  epsilon: EPSILON,
  mean: optional(TENSOR),
  variance: optional(TENSOR),
};

/**
 * Each channel normalised over the batch and all pixels (Ioffe and Szegedy, ICML 2015; torch.nn.functional.batch_norm):
 * `x` [B,C,...] gives the same shape. With `mean` and `variance` these are used in place of the batch's own. The layer
 * `BatchNorm` keeps running ones.
 *
 * @param weight gains [C], or [B,C], one set per sample; none where left out
 * @param bias offsets, as the weight
 * @throws {ShapeError} when the shapes do not fit, or a channel has one number only, which is its own mean.
 * @throws {ValueError} when an option is outside its domain, only one of `mean` and `variance` is given, or dtypes differ.
 */
export function batchNorm(x: Tensor, weight?: Tensor, bias?: Tensor, options: BatchNormOptions = {}): Tensor {
  checkNorm("batchNorm", x, weight, bias);
  checkOptions("batchNorm", options, BATCH_NORM_OPTIONS);
  const [batch, channels] = channelsOf("batchNorm", x);
  const { mean, variance, epsilon = DEFAULT_EPSILON } = options;
  if ((mean === undefined) !== (variance === undefined)) {
    throw new ValueError({
      where: "batchNorm",
      expected: "mean and variance together, or neither",
      received: mean === undefined ? "variance alone" : "mean alone",
    });
  }
  if (mean !== undefined && variance !== undefined) {
    checkSameDType("batchNorm", [x, mean, variance]);
    const perChannel = (value: Tensor): Tensor =>
      ofPart("batchNorm", value, [channels], batch, spreadOf(x), []);
    const centred = subtract(x, perChannel(mean));
    const normal = divide(centred, sqrt(add(perChannel(variance), epsilon)));
    return withGains("batchNorm", normal, gainsOfChannels(x, weight, bias));
  }
  return batchNormOf(x, weight, bias, epsilon);
}

/** @param statistics of the batch, where they are known. */
export function batchNormOf(
  x: Tensor,
  weight: Tensor | undefined,
  bias: Tensor | undefined,
  epsilon: number,
  statistics?: Statistics,
): Tensor {
  const view = batchGroups(x);
  if (view.outer * view.inner === 1) {
    throw new ShapeError({
      where: "batchNorm",
      expected: "more than one number per channel",
      received: formatShape(x.shape),
      repair:
        "Its mean is the number itself. In evaluation call model.eval() first; or normalise layers, not batches.",
    });
  }
  const gains = gainsOfChannels(x, weight, bias);
  return normalizeWithGains("batchNorm", x, view, { epsilon, settings: {}, statistics }, gains);
}

/** The numbers of a channel, over the batch. */
export function batchGroups(x: Tensor): Groups {
  const [batch, channels] = channelsOf("batchNorm", x);
  return { outer: batch, groups: channels, inner: sizeOf(x.shape.slice(2)) };
}
