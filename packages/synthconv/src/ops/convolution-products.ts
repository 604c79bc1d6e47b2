/**
 * The three products of a convolution y = x * w: the output, the gradient of the image and that of the weights. Each is
 * linear in both of its factors, and the gradients of each are the other two: derivatives of any order on the kernels.
 */

import { checkMemory } from "../autograd/kinds.js";
import { numbersOf } from "../autograd/numbers.js";
import type { OperationSettings } from "../autograd/recorded.js";
import { record } from "../autograd/tape.js";
import type { Tensor } from "../autograd/tensor.js";
import { type FloatArray, toDType } from "../core/float-array.js";
import { allocateResult } from "../core/results.js";
import { type Shape, sizeOf } from "../core/shape.js";
import { convolve, convolveImageGradient, convolveWeightGradient } from "../kernels/convolution/index.js";
import type { Conv2dPlan } from "./conv2d-plan.js";

/** Which tensors of a convolution there are, by their shapes. */
export interface ConvolutionShapes {
  readonly plan: Conv2dPlan;
  /** [B,C,H,W] */
  readonly image: Shape;
  /** [O,C/groups,kh,kw] or [B,O,C/groups,kh,kw] */
  readonly weight: Shape;
}

/** [B,O,H',W'] from image and weight. */
export function outputNumbers({ plan }: ConvolutionShapes, image: Tensor, weight: Tensor): FloatArray {
  const out = allocateResult(image.dtype, sizeOf(plan.shape));
  convolve(plan, numbersOf(image), numbersOf(weight), undefined, out);
  return out;
}

/** [B,C,H,W] from the gradient of the output and the weight. */
export function imageNumbers(
  { plan, image }: ConvolutionShapes,
  upstream: Tensor,
  weight: Tensor,
): FloatArray {
  const out = allocateResult(upstream.dtype, sizeOf(image));
  convolveImageGradient(plan, numbersOf(weight), numbersOf(upstream), out);
  return out;
}

/** In the shape of the weights, from the image and the gradient of the output. */
export function weightNumbers(
  { plan, weight }: ConvolutionShapes,
  image: Tensor,
  upstream: Tensor,
): FloatArray {
  const out = new Float64Array(sizeOf(weight));
  convolveWeightGradient(plan, numbersOf(image), numbersOf(upstream), out);
  return toDType(out, image.dtype);
}

function geometryOf({ plan: { stride, padding, dilation, groups } }: ConvolutionShapes): OperationSettings {
  return { stride, padding, dilation, groups };
}

type Numbers = (shapes: ConvolutionShapes, first: Tensor, second: Tensor) => FloatArray;
type Product = (shapes: ConvolutionShapes, first: Tensor, second: Tensor) => Tensor;

/** One of the three as an operation: its numbers, and as gradients of its factors the other two. */
interface Rule {
  readonly operation: string;
  readonly numbers: Numbers;
  readonly shape: (shapes: ConvolutionShapes) => Shape;
  readonly first: (shapes: ConvolutionShapes, upstream: Tensor, second: Tensor) => Tensor;
  readonly second: (shapes: ConvolutionShapes, upstream: Tensor, first: Tensor) => Tensor;
}

function product({ operation, numbers, shape, first: ofFirst, second: ofSecond }: Rule): Product {
  return (shapes, first, second) => {
    const gradients = (upstream: Tensor): (Tensor | undefined)[] => {
      checkMemory(`${operation} backward`, [first, second]);
      return [
        first.requiresGrad ? ofFirst(shapes, upstream, second) : undefined,
        second.requiresGrad ? ofSecond(shapes, upstream, first) : undefined,
      ];
    };
    return record({
      operation,
      inputs: [first, second],
      shape: shape(shapes),
      settings: geometryOf(shapes),
      data: numbers(shapes, first, second),
      backward: gradients,
      derivative: gradients,
    });
  };
}

/** The convolution without its bias, from image and weight. */
const outputOf: Product = product({
  operation: "conv2d",
  numbers: outputNumbers,
  shape: ({ plan }) => plan.shape,
  first: (shapes, upstream, weight) => imageGradientOf(shapes, upstream, weight),
  second: (shapes, upstream, image) => weightGradientOf(shapes, image, upstream),
});

/** The gradient of the image, from that of the output and the weight: a transposed convolution. */
export const imageGradientOf: Product = product({
  operation: "convTranspose2d",
  numbers: imageNumbers,
  shape: ({ image }) => image,
  first: (shapes, upstream, weight) => outputOf(shapes, upstream, weight),
  second: (shapes, upstream, gradient) => weightGradientOf(shapes, upstream, gradient),
});

/** The gradient of the weights, from the image and the gradient of the output. */
export const weightGradientOf: Product = product({
  operation: "conv2d weight gradient",
  numbers: weightNumbers,
  shape: ({ weight }) => weight,
  first: (shapes, upstream, gradient) => imageGradientOf(shapes, gradient, upstream),
  second: (shapes, upstream, image) => outputOf(shapes, image, upstream),
});
