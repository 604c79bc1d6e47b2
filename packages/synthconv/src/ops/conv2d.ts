/**
 * Two-dimensional convolution whose weights are an argument: shared by the batch or one set per sample.
 * Legend: B batch, C channels, O output channels, I input channels, H height, W width, kh x kw kernel.
 */

import { checkMemory } from "../autograd/kinds.js";
import { numbersOf } from "../autograd/numbers.js";
import { record } from "../autograd/tape.js";
import type { Tensor } from "../autograd/tensor.js";
import { dtypeOf, type FloatArray } from "../core/float-array.js";
import { allocateResult } from "../core/results.js";
import { sizeOf } from "../core/shape.js";
import { RunningSums } from "../core/sums.js";
import { convolve } from "../kernels/convolution/index.js";
import { sumOfRun } from "../kernels/runs/index.js";
import { type Conv2dGeometry, type Conv2dOptions, conv2dGeometry } from "./conv2d-options.js";
import { type Conv2dPlan, planConv2d } from "./conv2d-plan.js";
import { imageGradientOf, imageNumbers, weightGradientOf, weightNumbers } from "./convolution-products.js";
import { sum } from "./reduce.js";
import { gradientFor } from "./result.js";

/**
 * Cross-correlation, as every deep-learning library calls convolution:
 * `out[b,o,y,x] = bias[o] + sum_{i,ky,kx} weight[o,i,ky,kx] image[b,i,y*stride+ky*dilation-padding,...]`.
 * Long sums accumulate in float64.
 *
 * A float32 result errs by at most 1e-6 of the sum of |weight x pixel| that it adds up; in 3x3 convolutions without
 * stride and dilation by 2e-6 more of the sum of |weight| times the pixels around it, of which the darkest half counts:
 * a pixel far brighter than the rest takes nothing from what lies beside it. A gradient of such 3x3 weights errs by 2.5e-7
 * more of a sum over tiles of 2 x 2 results: their |gradients| times the brightest of the 4 x 4 pixels under them, in the
 * weight's channel (kernels/product/README.md, accuracy).
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
  const { image: padded, geometry } = conv2dGeometry(image, weight, bias, options);
  return convolved(padded, weight, bias, geometry);
}

function convolved(
  image: Tensor,
  weight: Tensor,
  bias: Tensor | undefined,
  geometry: Conv2dGeometry,
): Tensor {
  const plan = planConv2d(image, weight, bias, geometry);
  const shapes = { plan, image: image.shape, weight: weight.shape };
  return record({
    operation: "conv2d",
    inputs: bias === undefined ? [image, weight] : [image, weight, bias],
    shape: plan.shape,
    settings: { ...geometry },
    data: forward(plan, numbersOf(image), numbersOf(weight), bias && numbersOf(bias)),
    backward: (upstream) => {
      checkMemory("conv2d backward", [image, weight]);
      return [
        image.requiresGrad ? gradientFor(image, imageNumbers(shapes, upstream, weight)) : undefined,
        weight.requiresGrad ? gradientFor(weight, weightNumbers(shapes, image, upstream)) : undefined,
        bias?.requiresGrad ? biasGradient(plan, bias, numbersOf(upstream)) : undefined,
      ];
    },
    derivative: (upstream) => [
      image.requiresGrad ? imageGradientOf(shapes, upstream, weight) : undefined,
      weight.requiresGrad ? weightGradientOf(shapes, image, upstream) : undefined,
      bias?.requiresGrad ? sum(upstream, { axes: bias.rank === 1 ? [0, 2, 3] : [2, 3] }) : undefined,
    ],
  });
}

function forward(
  plan: Conv2dPlan,
  image: FloatArray,
  weight: FloatArray,
  bias: FloatArray | undefined,
): FloatArray {
  const out = allocateResult(dtypeOf(image), sizeOf(plan.shape));
  convolve(plan, image, weight, bias && { data: bias, step: plan.biasStep }, out);
  return out;
}

function biasGradient(plan: Conv2dPlan, bias: Tensor, upstream: FloatArray): Tensor {
  const [batch, outputs, height, width] = plan.shape;
  const outputSize = height * width;
  const gradient = new RunningSums(bias.size);
  for (let b = 0; b < batch; b++) {
    for (let o = 0; o < outputs; o++) {
      const start = (b * outputs + o) * outputSize;
      gradient.add(b * plan.biasStep + o, sumOfRun(upstream, start, start + outputSize));
    }
  }
  return gradientFor(bias, gradient.values());
}
