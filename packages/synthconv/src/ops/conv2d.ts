/**
 * Two-dimensional convolution whose weights are an argument: shared by the batch or one set per sample.
 * Legend: B batch, C channels, O output channels, I input channels, H height, W width, kh x kw kernel.
 */

import { record } from "../autograd/tape.js";
import type { Tensor } from "../autograd/tensor.js";
import { noteChoice } from "../core/choices.js";
import { allocate, dtypeOf, type FloatArray } from "../core/float-array.js";
import {
  convolutionOnKernel,
  convolve,
  convolveImageGradient,
  convolveWeightGradient,
} from "../kernels/index.js";
import { checkMemory } from "./check.js";
import { type Conv2dOptions, type Conv2dPlan, planConv2d } from "./conv2d-plan.js";
import { gradientFor } from "./result.js";
import { addTap, addTapTransposed, dotTap } from "./window.js";

/**
 * Cross-correlation, as every deep-learning library calls convolution:
 * `out[b,o,y,x] = bias[o] + sum_{i,ky,kx} weight[o,i,ky,kx] image[b,i,y*stride+ky*dilation-padding,...]`.
 * Long sums accumulate in float64.
 *
 * A float32 result errs by at most 1e-6 of the sum of |weight x pixel| that it adds up; in 3x3 convolutions without
 * stride and dilation by 2e-6 more of the sum of |weight| times the pixels around it, of which the darkest half counts:
 * a pixel far brighter than the rest takes nothing from what lies beside it (kernels/dense/README.md, accuracy).
 *
 * @param image [B,C,H,W]
 * @param weight [O,C/groups,kh,kw] shared by the batch, or [B,O,C/groups,kh,kw], one set per sample
 * @param bias [O] or [B,O]
 * @returns [B,O,H',W'] with `H' = floor((H + 2 padding - dilation (kh - 1) - 1) / stride) + 1`
 *
 * @throws {ShapeError} when the shapes do not fit, the kernel is larger than the padded image, or the numbers of
 *   an input were transferred away.
 * @throws {ValueError} when an option is outside its domain or dtypes differ.
 */
export function conv2d(image: Tensor, weight: Tensor, bias?: Tensor, options: Conv2dOptions = {}): Tensor {
  const plan = planConv2d(image, weight, bias, options);
  return record({
    operation: "conv2d",
    inputs: bias === undefined ? [image, weight] : [image, weight, bias],
    shape: plan.shape,
    data: forward(plan, image.data, weight.data, bias?.data),
    backward: ({ data: upstream }) => {
      checkMemory("conv2d backward", [image, weight]);
      return [
        image.requiresGrad ? imageGradient(plan, image, weight.data, upstream) : undefined,
        weight.requiresGrad ? weightGradient(plan, image.data, weight, upstream) : undefined,
        bias?.requiresGrad ? biasGradient(plan, bias, upstream) : undefined,
      ];
    },
  });
}

function forward(
  plan: Conv2dPlan,
  image: FloatArray,
  weight: FloatArray,
  bias: FloatArray | undefined,
): FloatArray {
  const { window, groupInputs } = plan;
  const [batch, outputs] = plan.shape;
  const out = allocate(dtypeOf(image), batch * outputs * window.outputSize);
  if (convolutionOnKernel(plan, [image, weight], [weight])) {
    convolve(plan, image, weight, bias && { data: bias, step: plan.biasStep }, out);
    return out;
  }
  noteChoice("conv2d forward", "loops");
  const plane = new Float64Array(window.outputSize);
  for (let b = 0; b < batch; b++) {
    for (let o = 0; o < outputs; o++) {
      plane.fill(bias === undefined ? 0 : (bias[b * plan.biasStep + o] as number));
      for (let i = 0; i < groupInputs; i++) {
        const input = inputPlane(plan, b, o, i) * window.inputSize;
        let at = b * plan.weightStep + (o * groupInputs + i) * window.taps.length;
        for (const tap of window.taps) addTap(window, tap, weight[at++] as number, image, input, plane, 0);
      }
      out.set(plane, (b * outputs + o) * window.outputSize);
    }
  }
  return out;
}

/** Index of the plane of the image that input i of output channel o reads in sample b. */
function inputPlane(
  { groups, groupInputs, groupOutputs }: Conv2dPlan,
  b: number,
  o: number,
  i: number,
): number {
  return (b * groups + Math.floor(o / groupOutputs)) * groupInputs + i;
}

function imageGradient(plan: Conv2dPlan, image: Tensor, weight: FloatArray, upstream: FloatArray): Tensor {
  const { window, groupInputs, groupOutputs } = plan;
  const gradient = allocate(image.dtype, image.size);
  if (convolutionOnKernel(plan, [weight, upstream], [weight])) {
    convolveImageGradient(plan, weight, upstream, gradient);
    return gradientFor(image, gradient);
  }
  noteChoice("conv2d image gradient", "loops");
  const plane = new Float64Array(window.inputSize);
  for (let b = 0; b < plan.batch; b++) {
    for (let group = 0; group < plan.groups; group++) {
      for (let i = 0; i < groupInputs; i++) {
        plane.fill(0);
        for (let o = group * groupOutputs; o < (group + 1) * groupOutputs; o++) {
          const output = (b * plan.shape[1] + o) * window.outputSize;
          let at = b * plan.weightStep + (o * groupInputs + i) * window.taps.length;
          for (const tap of window.taps) {
            addTapTransposed(window, tap, weight[at++] as number, upstream, output, plane, 0);
          }
        }
        gradient.set(plane, ((b * plan.groups + group) * groupInputs + i) * window.inputSize);
      }
    }
  }
  return gradientFor(image, gradient);
}

function weightGradient(plan: Conv2dPlan, image: FloatArray, weight: Tensor, upstream: FloatArray): Tensor {
  const { window, groupInputs } = plan;
  const [batch, outputs] = plan.shape;
  const gradient = new Float64Array(weight.size);
  if (convolutionOnKernel(plan, [image, upstream], [])) {
    convolveWeightGradient(plan, image, upstream, gradient);
    // The kernel multiplies by zeros around image and upstream gradient: a number in them that is not finite then
    // makes a NaN of a sum that it is no part of. Looking for it in the result is cheaper than in both of them.
    if (gradient.every(Number.isFinite)) return gradientFor(weight, gradient);
    noteChoice("conv2d weight gradient", "loops after a sum that is not finite");
    gradient.fill(0);
  } else noteChoice("conv2d weight gradient", "loops");
  for (let b = 0; b < batch; b++) {
    for (let o = 0; o < outputs; o++) {
      const output = (b * outputs + o) * window.outputSize;
      for (let i = 0; i < groupInputs; i++) {
        const input = inputPlane(plan, b, o, i) * window.inputSize;
        let at = b * plan.weightStep + (o * groupInputs + i) * window.taps.length;
        for (const tap of window.taps) {
          gradient[at] = (gradient[at] as number) + dotTap(window, tap, image, input, upstream, output);
          at++;
        }
      }
    }
  }
  return gradientFor(weight, gradient);
}

function biasGradient(plan: Conv2dPlan, bias: Tensor, upstream: FloatArray): Tensor {
  const [batch, outputs] = plan.shape;
  const { outputSize } = plan.window;
  const gradient = new Float64Array(bias.size);
  for (let b = 0; b < batch; b++) {
    for (let o = 0; o < outputs; o++) {
      const start = (b * outputs + o) * outputSize;
      let sum = 0;
      for (let pixel = start; pixel < start + outputSize; pixel++) sum += upstream[pixel] as number;
      const at = b * plan.biasStep + o;
      gradient[at] = (gradient[at] as number) + sum;
    }
  }
  return gradientFor(bias, gradient);
}
