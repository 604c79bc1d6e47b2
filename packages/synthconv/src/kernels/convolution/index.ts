/** Convolutions: forward, and the gradients of image and weights. README.md derives what runs on a kernel. */
import { noteChoice } from "../../core/choices.js";
import type { FloatArray } from "../../core/index.js";
import type { ConvolutionSizes } from "./geometry/correlation.js";
import { paysOnKernel } from "./pays.js";
import { forward, imageGradient, weightGradient } from "./run.js";
import { setLength } from "./slices.js";

export type { ConvolutionSizes } from "./geometry/correlation.js";

/**
 * Writes output [B,O,H',W'], the convolution of image [B,C,H,W] with weight ([O,I,kh,kw], or [B,O,I,kh,kw] with a
 * weightStep), plus bias ([O], or [B,O] with step O).
 */
export function convolve(
  sizes: ConvolutionSizes,
  image: FloatArray,
  weight: FloatArray,
  bias: { readonly data: FloatArray; readonly step: number } | undefined,
  output: FloatArray,
): void {
  const onKernel = paysOnKernel(sizes, [image, weight], [weight]);
  forward({ sizes: plain(sizes), image, weight, bias, output, onKernel });
}

/** Writes the gradient [B,C,H,W] of the image from that of the output. */
export function convolveImageGradient(
  sizes: ConvolutionSizes,
  weight: FloatArray,
  upstream: FloatArray,
  gradient: FloatArray,
): void {
  const onKernel = paysOnKernel(sizes, [weight, upstream], [weight]);
  // Every pixel meets a tap of a stride of one; a longer one has planes of pixels that none reaches.
  if (sizes.stride[0] * sizes.stride[1] > 1 || setLength(sizes) === 0) gradient.fill(0);
  imageGradient({ sizes: plain(sizes), weight, upstream, gradient, onKernel });
}

/** Writes the gradient of the weights, in their layout, to zeros; float64, because every sample and tile adds to it. */
export function convolveWeightGradient(
  sizes: ConvolutionSizes,
  image: FloatArray,
  upstream: FloatArray,
  gradient: Float64Array,
): void {
  const onKernel = paysOnKernel(sizes, [image, upstream], []);
  const alone = plain(sizes);
  weightGradient({ sizes: alone, image, upstream, onKernel }, gradient);
  // The kernel multiplies by zeros around image and upstream gradient: a number in them that is not finite then
  // makes a NaN of a sum that it is no part of. Looking for it in the result is cheaper than in both of them.
  if (!onKernel || gradient.every(Number.isFinite)) return;
  noteChoice("conv2d weight gradient", "loops after a sum that is not finite");
  gradient.fill(0);
  weightGradient({ sizes: alone, image, upstream, onKernel: false }, gradient);
}

/** The sizes alone, as they are sent to workers: what callers keep beside them is not. */
function plain(sizes: ConvolutionSizes): ConvolutionSizes {
  const { batch, groups, groupInputs, groupOutputs, weightStep } = sizes;
  const { input, output, kernel, stride, padding, dilation } = sizes;
  // biome-ignore format: spread together of two it takes a tenth of a small convolution
  return { batch, groups, groupInputs, groupOutputs, weightStep, input, output, kernel, stride, padding, dilation };
}
