import { checkImage, checkMemory, checkSameDType, TENSOR } from "../autograd/kinds.js";
import type { Tensor } from "../autograd/tensor.js";
import { check, checkOptions, type Fields } from "../core/arguments.js";
import { ShapeError, ValueError } from "../core/errors.js";
import { optional, whole } from "../core/kinds.js";
import { formatShape } from "../core/shape.js";
import { makeWindow } from "../core/window.js";
import type { ConvolutionSizes } from "../kernels/convolution/index.js";
import { BIAS, bothSides, type Pair, pair } from "./check.js";

export interface Conv2dOptions {
  /** Default 1. */
  readonly stride?: Pair;
  /** Zeros around the image. Default 0. */
  readonly padding?: Pair;
  /** Distance between the taps of the kernel. Default 1. */
  readonly dilation?: Pair;
  /** The channels split into this many groups that do not see each other. Default 1. */
  readonly groups?: number;
}

const PADDING = pair(0, (value) => {
  if (value === "same") return "At stride 1 an odd kernel keeps the size with dilation * (kernel - 1) / 2.";
  if (value === "valid") return "Leave it out for none.";
  const isOfSides = Array.isArray(value) && value.length > 2;
  return isOfSides ? "For sides that differ, concat zeros to the image." : undefined;
});

export const CONV2D_OPTIONS: Fields<Conv2dOptions> = {
  stride: optional(pair(1)),
  padding: optional(PADDING),
  dilation: optional(pair(1)),
  groups: optional(whole(1)),
};

/** The sizes of one convolution, checked: B batch, I and O input and output channels of a group. */
export interface Conv2dPlan extends ConvolutionSizes {
  readonly biasStep: number;
  /** [B,O,H,W] of the result. */
  readonly shape: readonly [number, number, number, number];
}

/** @throws {ShapeError | ValueError} as `conv2d` does. */
export function planConv2d(
  image: Tensor,
  weight: Tensor,
  bias: Tensor | undefined,
  options: Conv2dOptions,
): Conv2dPlan {
  check("conv2d", "image", image, TENSOR);
  check("conv2d", "weight", weight, TENSOR);
  check("conv2d", "bias", bias, BIAS);
  checkOptions("conv2d", options, CONV2D_OPTIONS);
  const { stride = 1, padding = 0, dilation = 1, groups = 1 } = options;
  checkSameDType("conv2d", [image, weight, bias]);
  checkMemory("conv2d", [image, weight, bias]);
  checkImage("conv2d", "image", image);
  const [batch, channels, height, width] = image.shape as [number, number, number, number];
  checkWeight(image, weight, groups);
  const [outputs, groupInputs, kernelHeight, kernelWidth] = weight.shape.slice(-4) as [
    number,
    number,
    number,
    number,
  ];
  checkChannels(channels, outputs, weight, groups);
  checkBias(bias, batch, outputs);
  const strides = bothSides(stride);
  const paddings = bothSides(padding);
  const dilations = bothSides(dilation);
  const axis = (input: number, kernel: number, side: 0 | 1) => ({
    input,
    kernel,
    stride: strides[side],
    padding: paddings[side],
    dilation: dilations[side],
  });
  const window = makeWindow("conv2d", axis(height, kernelHeight, 0), axis(width, kernelWidth, 1));
  return {
    batch,
    groups,
    groupInputs,
    groupOutputs: outputs / groups,
    input: [height, width],
    output: [window.outputHeight, window.outputWidth],
    kernel: [kernelHeight, kernelWidth],
    stride: strides,
    padding: paddings,
    dilation: dilations,
    weightStep: weight.rank === 5 ? outputs * groupInputs * kernelHeight * kernelWidth : 0,
    biasStep: bias?.rank === 2 ? outputs : 0,
    shape: [batch, outputs, window.outputHeight, window.outputWidth],
  };
}

function checkWeight(image: Tensor, weight: Tensor, groups: number): void {
  if (weight.rank !== 4 && weight.rank !== 5) {
    throw new ShapeError({
      where: "conv2d weight",
      expected: "[O,I/groups,kh,kw] (shared by the batch) or [B,O,I/groups,kh,kw] (one set per sample)",
      received: formatShape(weight.shape),
      repair: generatedWeightRepair(image, weight, groups),
    });
  }
  if (weight.shape.slice(-2).includes(0)) {
    throw new ShapeError({
      where: "conv2d weight",
      expected: "a kernel of at least 1x1",
      received: formatShape(weight.shape),
    });
  }
  if (weight.rank === 5 && weight.shape[0] !== image.shape[0]) {
    throw new ShapeError({
      where: "conv2d weight",
      expected: `${image.shape[0]} sets of weights, one for each sample of image ${formatShape(image.shape)}`,
      received: `${weight.shape[0]} (${formatShape(weight.shape)})`,
      repair: "Write one set per sample, or drop the first axis to share one set by the batch.",
    });
  }
}

/** A generator's flat output is the commonest wrong rank: say what it becomes. */
function generatedWeightRepair(image: Tensor, weight: Tensor, groups: number): string {
  const groupInputs = (image.shape[1] as number) / groups;
  if (weight.rank !== 2 || !Number.isInteger(groupInputs)) {
    return "The rank says what is shared, so neither form drops an axis of size 1.";
  }
  const [samples, numbers] = weight.shape as readonly [number, number];
  return (
    `A generator's output [${samples},${numbers}] becomes reshape(weight, [${samples},O,${groupInputs},kh,kw]), ` +
    `for which it must emit O*${groupInputs}*kh*kw numbers per sample.`
  );
}

function checkChannels(channels: number, outputs: number, weight: Tensor, groups: number): void {
  if (channels % groups !== 0 || outputs % groups !== 0) {
    throw new ValueError({
      where: "conv2d groups",
      expected: `a whole number that divides ${channels} input and ${outputs} output channels`,
      received: String(groups),
    });
  }
  const groupInputs = weight.shape.at(-3) as number;
  if (groupInputs === channels / groups) return;
  const kernel = weight.shape.slice(-2);
  const needed = [outputs, channels / groups, ...kernel];
  throw new ShapeError({
    where: "conv2d weight",
    expected: `${channels} channels / ${groups} groups = ${channels / groups} inputs per output channel`,
    received: `${groupInputs} in ${formatShape(weight.shape)}`,
    repair: `It needs ${formatShape(needed)}: ${needed.join("*")} = ${needed.reduce((a, b) => a * b)} numbers${
      weight.rank === 5 ? " per sample" : ""
    }.`,
  });
}

function checkBias(bias: Tensor | undefined, batch: number, outputs: number): void {
  if (bias === undefined) return;
  const isShared = bias.rank === 1 && bias.shape[0] === outputs;
  const isPerSample = bias.rank === 2 && bias.shape[0] === batch && bias.shape[1] === outputs;
  if (isShared || isPerSample) return;
  throw new ShapeError({
    where: "conv2d bias",
    expected: `[${outputs}] (shared by the batch) or [${batch},${outputs}] (one set per sample)`,
    received: formatShape(bias.shape),
  });
}
