/** Layer, group and instance normalisation. Gains and offsets are values: shared, or one set per sample. */
import type { Tensor } from "../autograd/tensor.js";
import { check, checkOptions, type Fields } from "../core/arguments.js";
import { ShapeError, ValueError } from "../core/errors.js";
import { optional, whole } from "../core/kinds.js";
import { formatShape, sizeOf } from "../core/shape.js";
import { channelsOf, checkNorm, DEFAULT_EPSILON, EPSILON, type NormOptions } from "./affine.js";
import { gainsOfChannels, normalizeWithGains } from "./norm-with-gains.js";

export interface LayerNormOptions extends NormOptions {
  /** How many of the last axes are normalised together. Default 1. */
  readonly axes?: number;
}

const NORM_OPTIONS: Fields<NormOptions> = { epsilon: EPSILON };
const LAYER_NORM_OPTIONS: Fields<LayerNormOptions> = { epsilon: EPSILON, axes: optional(whole(1)) };

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
  return normalizeWithGains(
    "layerNorm",
    x,
    { outer: 1, groups: inner === 0 ? 0 : x.size / inner, inner },
    { epsilon, settings: { axes } },
    { weight, bias, own: last, between: x.shape.slice(1, x.rank - axes).map(() => 1), behind: [] },
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
  const [, channels] = channelsOf("groupNorm", x);
  if (channels % groups !== 0) {
    throw new ValueError({
      where: "groupNorm groups",
      expected: `a divisor of the ${channels} channels of ${formatShape(x.shape)}`,
      received: String(groups),
    });
  }
  return bySample("groupNorm", x, groups, weight, bias, options);
}

/**
 * Each channel of each sample normalised over its pixels (Ulyanov, Vedaldi, Lempitsky, 2016;
 * torch.nn.functional.instance_norm): `x` [B,C,...] gives the same shape. Arguments and errors as `groupNorm`.
 */
export function instanceNorm(x: Tensor, weight?: Tensor, bias?: Tensor, options: NormOptions = {}): Tensor {
  checkNorm("instanceNorm", x, weight, bias);
  checkOptions("instanceNorm", options, NORM_OPTIONS);
  const [, channels] = channelsOf("instanceNorm", x);
  return bySample("instanceNorm", x, channels, weight, bias, options);
}

function bySample(
  operation: string,
  x: Tensor,
  groups: number,
  weight: Tensor | undefined,
  bias: Tensor | undefined,
  { epsilon = DEFAULT_EPSILON }: NormOptions,
): Tensor {
  const batch = x.shape[0] as number;
  const inner = batch * groups === 0 ? 0 : x.size / (batch * groups);
  return normalizeWithGains(
    operation,
    x,
    { outer: 1, groups: batch * groups, inner },
    { epsilon, settings: { groups } },
    gainsOfChannels(x, weight, bias),
  );
}
