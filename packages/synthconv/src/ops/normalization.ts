/** Layer, group, instance and batch normalisation. Gains and offsets are values: shared, or one set per sample. */
import { checkSameDType, TENSOR } from "../autograd/kinds.js";
import type { Tensor } from "../autograd/tensor.js";
import { check, checkOptions, type Fields } from "../core/arguments.js";
import { ShapeError, ValueError } from "../core/errors.js";
import { ABOVE_ZERO, type Kind, optional, whole } from "../core/kinds.js";
import { formatShape, type Shape, sameShape, sizeOf } from "../core/shape.js";
import { add, divide, multiply, subtract } from "./arithmetic.js";
import { BIAS } from "./check.js";
import { sqrt } from "./elementwise.js";
import { type Groups, normalize, type Statistics } from "./normalize.js";
import { reshape } from "./shape-ops.js";

export interface NormOptions {
  /** Added to the variance. Default 1e-5. */
  readonly epsilon?: number;
}

export interface LayerNormOptions extends NormOptions {
  /** How many of the last axes are normalised together. Default 1. */
  readonly axes?: number;
}

export interface BatchNormOptions extends NormOptions {
  /** [C], in place of the batch's own, as in evaluation; with `variance`. */
  readonly mean?: Tensor;
  /** [C] */
  readonly variance?: Tensor;
}

const EPSILON: Kind<number | undefined> = optional(ABOVE_ZERO);
const NORM_OPTIONS: Fields<NormOptions> = { epsilon: EPSILON };
const LAYER_NORM_OPTIONS: Fields<LayerNormOptions> = { epsilon: EPSILON, axes: optional(whole(1)) };
const BATCH_NORM_OPTIONS: Fields<BatchNormOptions> = {
  epsilon: EPSILON,
  mean: optional(TENSOR),
  variance: optional(TENSOR),
};
const DEFAULT_EPSILON = 1e-5;

/**
 * Each sample, or each place of it, normalised over its last axes (Ba, Kiros, Hinton, 2016; torch.nn.functional.layer_norm):
 * `x` [...,N1,...,Nk] with k = `axes` gives the same shape.
 *
 * @param weight gains [N1,...,Nk], or [B,N1,...,Nk], one set per sample; none where left out
 * @param bias offsets, as the weight
 * @throws {ShapeError} when the shapes do not fit.
 * @throws {ValueError} when an option is outside its domain or dtypes differ.
 */
export function layerNorm(x: Tensor, weight?: Tensor, bias?: Tensor, options: LayerNormOptions = {}): Tensor {
  checkNorm("layerNorm", x, weight, bias);
  checkOptions("layerNorm", options, LAYER_NORM_OPTIONS);
  const { axes = 1, epsilon = DEFAULT_EPSILON } = options;
  if (x.rank < axes) {
    throw new ShapeError({
      where: "layerNorm",
      expected: `at least ${axes} axes`,
      received: formatShape(x.shape),
    });
  }
  const last = x.shape.slice(x.rank - axes);
  const inner = sizeOf(last);
  const normal = normalize(
    "layerNorm",
    x,
    { outer: 1, groups: inner === 0 ? 0 : x.size / inner, inner },
    epsilon,
  );
  return scaled(
    "layerNorm",
    normal,
    weight,
    bias,
    last,
    x.shape.slice(1, x.rank - axes).map(() => 1),
  );
}

/**
 * Each sample normalised over groups of its channels and all pixels (Wu and He, ECCV 2018;
 * torch.nn.functional.group_norm): `x` [B,C,...] gives the same shape.
 *
 * @param groups divides C.
 * @param weight gains [C], or [B,C], one set per sample; none where left out
 * @param bias offsets, as the weight
 * @throws {ShapeError} when the shapes do not fit.
 * @throws {ValueError} when the groups do not divide the channels, an option is outside its domain, or dtypes differ.
 */
export function groupNorm(
  x: Tensor,
  groups: number,
  weight?: Tensor,
  bias?: Tensor,
  options: NormOptions = {},
): Tensor {
  checkNorm("groupNorm", x, weight, bias);
  check("groupNorm", "groups", groups, whole(1));
  checkOptions("groupNorm", options, NORM_OPTIONS);
  const [batch, channels] = channelsOf("groupNorm", x);
  if (channels % groups !== 0) {
    throw new ValueError({
      where: "groupNorm groups",
      expected: `a divisor of the ${channels} channels of ${formatShape(x.shape)}`,
      received: String(groups),
    });
  }
  return bySample("groupNorm", x, batch * groups, weight, bias, options);
}

/**
 * Each channel of each sample normalised over its pixels (Ulyanov, Vedaldi, Lempitsky, 2016;
 * torch.nn.functional.instance_norm): `x` [B,C,...] gives the same shape. Arguments and errors as `groupNorm`.
 */
export function instanceNorm(x: Tensor, weight?: Tensor, bias?: Tensor, options: NormOptions = {}): Tensor {
  checkNorm("instanceNorm", x, weight, bias);
  checkOptions("instanceNorm", options, NORM_OPTIONS);
  const [batch, channels] = channelsOf("instanceNorm", x);
  return bySample("instanceNorm", x, batch * channels, weight, bias, options);
}

function bySample(
  operation: string,
  x: Tensor,
  groups: number,
  weight: Tensor | undefined,
  bias: Tensor | undefined,
  { epsilon = DEFAULT_EPSILON }: NormOptions,
): Tensor {
  const inner = groups === 0 ? 0 : x.size / groups;
  const normal = normalize(operation, x, { outer: 1, groups, inner }, epsilon);
  return ofChannels(operation, normal, weight, bias);
}

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
    return ofChannels("batchNorm", divide(centred, sqrt(add(perChannel(variance), epsilon))), weight, bias);
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
  return ofChannels("batchNorm", normalize("batchNorm", x, view, epsilon, statistics), weight, bias);
}

/** The numbers of a channel, over the batch. */
export function batchGroups(x: Tensor): Groups {
  const [batch, channels] = channelsOf("batchNorm", x);
  return { outer: batch, groups: channels, inner: sizeOf(x.shape.slice(2)) };
}

const spreadOf = ({ shape }: Tensor): number[] => shape.slice(2).map(() => 1);

function channelsOf(operation: string, x: Tensor): [batch: number, channels: number] {
  if (x.rank >= 2) return [x.shape[0] as number, x.shape[1] as number];
  throw new ShapeError({
    where: `${operation} x`,
    expected: "[B,C,...], channels along axis 1",
    received: formatShape(x.shape),
  });
}

function checkNorm(operation: string, x: Tensor, weight: Tensor | undefined, bias: Tensor | undefined): void {
  check(operation, "x", x, TENSOR);
  check(operation, "weight", weight, BIAS);
  check(operation, "bias", bias, BIAS);
  checkSameDType(operation, [x, weight, bias]);
}

function ofChannels(
  operation: string,
  normal: Tensor,
  weight: Tensor | undefined,
  bias: Tensor | undefined,
): Tensor {
  return scaled(operation, normal, weight, bias, [normal.shape[1] as number], [], spreadOf(normal));
}

/** @param own shape of a shared set; `between` and `behind` are axes of 1 that a set per sample needs. */
function scaled(
  operation: string,
  normal: Tensor,
  weight: Tensor | undefined,
  bias: Tensor | undefined,
  own: Shape,
  between: Shape,
  behind: Shape = [],
): Tensor {
  const batch = normal.shape[0] as number;
  const part = (name: string, value: Tensor): Tensor =>
    ofPart(`${operation} ${name}`, value, own, batch, behind, between);
  const gained = weight === undefined ? normal : multiply(normal, part("weight", weight));
  return bias === undefined ? gained : add(gained, part("bias", bias));
}

function ofPart(
  where: string,
  value: Tensor,
  own: Shape,
  batch: number,
  behind: Shape,
  between: Shape,
): Tensor {
  if (sameShape(value.shape, own)) return reshape(value, [...own, ...behind]);
  if (sameShape(value.shape, [batch, ...own])) return reshape(value, [batch, ...between, ...own, ...behind]);
  throw new ShapeError({
    where,
    expected: `${formatShape(own)} (shared by the batch) or ${formatShape([batch, ...own])} (one set per sample)`,
    received: formatShape(value.shape),
  });
}
