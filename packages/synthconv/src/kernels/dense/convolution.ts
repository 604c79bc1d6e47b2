/**
 * Convolution on the kernel of products: forward, and the gradients of image and weights. Every sample and group
 * is calculated by itself, so that any range of samples may be. README.md derives it.
 */
import type { FloatArray } from "../../core/index.js";
import { runsOnKernel } from "./binding.js";
import { correlator, weightCorrelator } from "./correlate.js";
import {
  type ConvolutionSizes,
  flattened,
  forwardCorrelation,
  isPointwise,
  transposedCorrelations,
} from "./correlation.js";
import { LEAST_WORK } from "./product.js";

export type { ConvolutionSizes } from "./correlation.js";

/**
 * True where a convolution pays on the kernel and may run there. `meetPadding` are the arrays that are multiplied
 * by zeros which are not in the sums: a number that is not finite would make those NaN.
 */
export function convolutionOnKernel(
  sizes: ConvolutionSizes,
  arrays: readonly FloatArray[],
  meetPadding: readonly FloatArray[],
): boolean {
  const { groupInputs, groupOutputs, kernel, output } = sizes;
  const work = groupInputs * groupOutputs * kernel[0] * kernel[1] * output[0] * output[1];
  if (work < LEAST_WORK || !runsOnKernel(...arrays)) return false;
  return isPointwise(sizes) || meetPadding.every(hasOnlyFinite);
}

function hasOnlyFinite(data: FloatArray): boolean {
  // float32 cannot overflow a float64 sum; one that is not finite stays in it. An addition waits for the one
  // before it: four sums take a quarter of the time of one.
  const { length } = data;
  let [a, b, c, d] = [0, 0, 0, 0];
  let index = 0;
  for (; index + 4 <= length; index += 4) {
    a += data[index] as number;
    b += data[index + 1] as number;
    c += data[index + 2] as number;
    d += data[index + 3] as number;
  }
  for (; index < length; index++) a += data[index] as number;
  return Number.isFinite(a + b + c + d);
}

/** Samples [from, to) of the batch. */
export type Samples = readonly [from: number, to: number];

/**
 * Writes output [B,O,H',W'], the convolution of image [B,C,H,W] with weight ([O,I,kh,kw], or [B,O,I,kh,kw] with a
 * weightStep), plus bias ([O], or [B,O] with biasStep O).
 */
export function convolve(
  sizes: ConvolutionSizes,
  image: FloatArray,
  weight: FloatArray,
  bias: { readonly data: FloatArray; readonly step: number } | undefined,
  output: FloatArray,
  samples: Samples = [0, sizes.batch],
): void {
  const { groupInputs, groupOutputs } = sizes;
  const correlation = forwardCorrelation(flattened(sizes));
  const run = correlator(correlation, groupInputs, groupOutputs);
  for (const part of partsOf(sizes, samples)) {
    const firstBias = part.sample * (bias?.step ?? 0) + part.group * groupOutputs;
    run(
      { data: image, start: part.input },
      { data: weight, start: part.weight, ...weightSteps(sizes) },
      bias && ((o) => bias.data[firstBias + o] as number),
      { data: output, start: part.output },
    );
  }
}

/** Writes the gradient [B,C,H,W] of the image, which must hold zeros, from that of the output. */
export function convolveImageGradient(
  sizes: ConvolutionSizes,
  weight: FloatArray,
  upstream: FloatArray,
  gradient: FloatArray,
  samples: Samples = [0, sizes.batch],
): void {
  const { groupInputs, groupOutputs } = sizes;
  const { outputStep, channelStep } = weightSteps(sizes);
  for (const correlation of transposedCorrelations(flattened(sizes))) {
    const run = correlator(correlation, groupOutputs, groupInputs);
    for (const part of partsOf(sizes, samples)) {
      run(
        { data: upstream, start: part.output },
        { data: weight, start: part.weight, outputStep: channelStep, channelStep: outputStep },
        undefined,
        { data: gradient, start: part.input },
      );
    }
  }
}

/** Adds the gradient of the weights, in their layout; float64, because every sample and tile adds to it. */
export function convolveWeightGradient(
  sizes: ConvolutionSizes,
  image: FloatArray,
  upstream: FloatArray,
  gradient: Float64Array,
  samples: Samples = [0, sizes.batch],
): void {
  const { groupInputs, groupOutputs } = sizes;
  const run = weightCorrelator(forwardCorrelation(flattened(sizes)), groupInputs, groupOutputs);
  for (const part of partsOf(sizes, samples)) {
    run(
      { data: image, start: part.input },
      { data: upstream, start: part.output },
      { data: gradient, start: part.weight, ...weightSteps(sizes) },
    );
  }
}

function weightSteps({ groupInputs, kernel }: ConvolutionSizes): {
  readonly outputStep: number;
  readonly channelStep: number;
} {
  const taps = kernel[0] * kernel[1];
  return { outputStep: groupInputs * taps, channelStep: taps };
}

/** Where each sample's groups start in image, output and weights. */
function* partsOf(sizes: ConvolutionSizes, [from, to]: Samples) {
  const { groups, groupInputs, groupOutputs, input, output, kernel, weightStep } = sizes;
  const weights = groupOutputs * groupInputs * kernel[0] * kernel[1];
  for (let sample = from; sample < to; sample++) {
    for (let group = 0; group < groups; group++) {
      const index = sample * groups + group;
      yield {
        sample,
        group,
        input: index * groupInputs * input[0] * input[1],
        output: index * groupOutputs * output[0] * output[1],
        weight: sample * weightStep + group * weights,
      };
    }
  }
}
