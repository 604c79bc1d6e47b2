import { checkMemory, checkSameDType } from "../autograd/kinds.js";
import type { Tensor } from "../autograd/tensor.js";
import { ShapeError, ValueError } from "../core/errors.js";
import { formatShape, type Shape } from "../core/shape.js";
import { makeWindow } from "../core/window.js";
import type { ConvolutionSizes } from "../kernels/convolution/index.js";
import type { Conv2dGeometry } from "./conv2d-options.js";

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
  geometry: Conv2dGeometry,
): Conv2dPlan {
  checkSameDType("conv2d", [image, weight, bias]);
  checkMemory("conv2d", [image, weight, bias]);
  checkWeight(image, weight, geometry.groups);
  const [batch, channels] = image.shape as readonly [number, number];
  const outputs = weight.shape.at(-4) as number;
  checkChannels(channels, outputs, weight, geometry.groups);
  checkBias(bias, batch, outputs);
  return {
    ...sizesOf("conv2d", image.shape, weight.shape, geometry),
    biasStep: bias?.rank === 2 ? outputs : 0,
  };
}

/**
 * The sizes of a convolution of shapes that fit.
 *
 * @throws {ShapeError} when the kernel is larger than the padded image.
 */
export function sizesOf(
  where: string,
  image: Shape,
  weight: Shape,
  { stride, padding, dilation, groups }: Conv2dGeometry,
): Conv2dPlan {
  const [batch, , height, width] = image as readonly [number, number, number, number];
  const [outputs, groupInputs, kernelHeight, kernelWidth] = weight.slice(-4) as [
    number,
    number,
    number,
    number,
  ];
  const axis = (input: number, kernel: number, side: 0 | 1) => ({
    input,
    kernel,
    stride: stride[side],
    padding: padding[side],
    dilation: dilation[side],
  });
  const window = makeWindow(where, axis(height, kernelHeight, 0), axis(width, kernelWidth, 1));
  return {
    batch,
    groups,
    groupInputs,
    groupOutputs: outputs / groups,
    input: [height, width],
    output: [window.outputHeight, window.outputWidth],
    kernel: [kernelHeight, kernelWidth],
    stride,
    padding,
    dilation,
    weightStep: weight.length === 5 ? outputs * groupInputs * kernelHeight * kernelWidth : 0,
    biasStep: 0,
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
