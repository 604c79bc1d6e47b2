import { checkImage, checkMemory, checkSameDType, TENSOR } from "../autograd/kinds.js";
import type { Tensor } from "../autograd/tensor.js";
import { check, checkOptions, type Fields } from "../core/arguments.js";
import { ShapeError, ValueError } from "../core/errors.js";
import { optional, whole } from "../core/kinds.js";
import { formatShape } from "../core/shape.js";
import { add } from "./arithmetic.js";
import { BIAS, bothSides, type Pair, pair } from "./check.js";
import { sizesOf } from "./conv2d-plan.js";
import { imageGradientOf } from "./convolution-products.js";
import { reshape } from "./shape-ops.js";

export interface ConvTranspose2dOptions {
  /** Default 1. */
  readonly stride?: Pair;
  /** Pixels that are cut off on each side. Default 0. */
  readonly padding?: Pair;
  /** Pixels more at the bottom and on the right, below the stride: several sizes have one convolution. Default 0. */
  readonly outputPadding?: Pair;
  /** Distance between the taps of the kernel. Default 1. */
  readonly dilation?: Pair;
  /** The channels split into this many groups that do not see each other. Default 1. */
  readonly groups?: number;
}

export const CONV_TRANSPOSE_OPTIONS: Fields<ConvTranspose2dOptions> = {
  stride: optional(pair(1)),
  padding: optional(pair(0)),
  outputPadding: optional(pair(0)),
  dilation: optional(pair(1)),
  groups: optional(whole(1)),
};

/**
 * The transpose of a convolution, which makes an image larger: what the gradient of `conv2d` is to its image
 * (torch.nn.functional.conv_transpose2d).
 *
 * @param image [B,I,H,W]
 * @param weight [I,O/groups,kh,kw] shared by the batch, or [B,I,O/groups,kh,kw], one set per sample
 * @param bias [O] or [B,O]
 * @returns [B,O,H',W'] with `H' = (H - 1) stride - 2 padding + dilation (kh - 1) + outputPadding + 1`
 *
 * @throws {ShapeError} when the shapes do not fit, or the padding leaves no pixel.
 * @throws {ValueError} when an option is outside its domain or dtypes differ.
 */
export function convTranspose2d(
  image: Tensor,
  weight: Tensor,
  bias?: Tensor,
  options: ConvTranspose2dOptions = {},
): Tensor {
  check("convTranspose2d", "image", image, TENSOR);
  check("convTranspose2d", "weight", weight, TENSOR);
  check("convTranspose2d", "bias", bias, BIAS);
  checkOptions("convTranspose2d", options, CONV_TRANSPOSE_OPTIONS);
  checkImage("convTranspose2d", "image", image);
  checkSameDType("convTranspose2d", [image, weight, bias]);
  checkMemory("convTranspose2d", [image, weight, bias]);
  const { groups = 1 } = options;
  const [stride, padding, dilation, more] = [
    bothSides(options.stride ?? 1),
    bothSides(options.padding ?? 0),
    bothSides(options.dilation ?? 1),
    bothSides(options.outputPadding ?? 0),
  ];
  if (more.some((pixels, side) => pixels >= (stride[side] as number))) {
    throw new ValueError({
      where: "convTranspose2d outputPadding",
      expected: `less than the stride [${stride}]`,
      received: `[${more}]`,
      repair: "More pixels would be zeros that no weight reaches: pad the result.",
    });
  }
  checkWeight(image, weight, groups);
  const [batch, , height, width] = image.shape as readonly [number, number, number, number];
  const [, groupOutputs, kernelHeight, kernelWidth] = weight.shape.slice(-4) as [
    number,
    number,
    number,
    number,
  ];
  const outputs = groupOutputs * groups;
  const side = (pixels: number, kernel: number, axis: 0 | 1): number =>
    (pixels - 1) * stride[axis] - 2 * padding[axis] + dilation[axis] * (kernel - 1) + more[axis] + 1;
  const shape = [batch, outputs, side(height, kernelHeight, 0), side(width, kernelWidth, 1)];
  checkBias(bias, batch, outputs);
  if (shape.slice(2).some((pixels) => pixels < 1)) {
    throw new ShapeError({
      where: "convTranspose2d padding",
      expected: "a result of at least 1x1",
      received: `${shape[2]}x${shape[3]} from an image of ${height}x${width} with padding [${padding}]`,
      repair: "Cut off less.",
    });
  }
  const plan = sizesOf("convTranspose2d", shape, weight.shape, { stride, padding, dilation, groups });
  const output = imageGradientOf({ plan, image: shape, weight: weight.shape }, image, weight);
  if (bias === undefined) return output;
  return add(output, reshape(bias, [...bias.shape, 1, 1]));
}

function checkWeight(image: Tensor, weight: Tensor, groups: number): void {
  const [batch, channels] = image.shape as readonly [number, number];
  if ((weight.rank !== 4 && weight.rank !== 5) || weight.shape.slice(-2).includes(0)) {
    throw new ShapeError({
      where: "convTranspose2d weight",
      expected:
        "[I,O/groups,kh,kw] (shared by the batch) or [B,I,O/groups,kh,kw] (one set per sample), a kernel of at least 1x1",
      received: formatShape(weight.shape),
      repair: "The rank says what is shared, so neither form drops an axis of size 1.",
    });
  }
  if (weight.rank === 5 && weight.shape[0] !== batch) {
    throw new ShapeError({
      where: "convTranspose2d weight",
      expected: `${batch} sets of weights, one for each sample of image ${formatShape(image.shape)}`,
      received: `${weight.shape[0]} (${formatShape(weight.shape)})`,
      repair: "Write one set per sample, or drop the first axis to share one set by the batch.",
    });
  }
  if (weight.shape.at(-4) !== channels) {
    throw new ShapeError({
      where: "convTranspose2d weight",
      expected: `${channels} inputs first, as image ${formatShape(image.shape)} has channels`,
      received: `${weight.shape.at(-4)} in ${formatShape(weight.shape)}`,
      repair: "Its inputs come before its outputs, [I,O/groups,kh,kw]: the other way round than in conv2d.",
    });
  }
  if (channels % groups === 0) return;
  throw new ValueError({
    where: "convTranspose2d groups",
    expected: `a whole number that divides ${channels} input channels`,
    received: String(groups),
  });
}

function checkBias(bias: Tensor | undefined, batch: number, outputs: number): void {
  if (bias === undefined) return;
  const isShared = bias.rank === 1 && bias.shape[0] === outputs;
  const isPerSample = bias.rank === 2 && bias.shape[0] === batch && bias.shape[1] === outputs;
  if (isShared || isPerSample) return;
  throw new ShapeError({
    where: "convTranspose2d bias",
    expected: `[${outputs}] (shared by the batch) or [${batch},${outputs}] (one set per sample)`,
    received: formatShape(bias.shape),
  });
}
