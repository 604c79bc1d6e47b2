/** The passes of a convolution as tasks of threads. */

import { noteChoice } from "../../core/choices.js";
import type { FloatArray } from "../../core/index.js";
import type { Task } from "../threads/task.js";
import {
  type ConvolutionSizes,
  type Correlation,
  flattened,
  forwardCorrelation,
  transposedCorrelations,
} from "./geometry/correlation.js";
import type { Correlator } from "./geometry/correlator.js";
import { prepare } from "./implementations.js";
import { type SamplePart, type Slicing, samplesOf, sumRowOf, tilesOfBands } from "./slices.js";

export interface ConvolveCall {
  readonly sizes: ConvolutionSizes;
  readonly image: FloatArray;
  readonly weight: FloatArray;
  /** [O], or [B,O] with step O. */
  readonly bias: { readonly data: FloatArray; readonly step: number } | undefined;
  readonly output: FloatArray;
  readonly slicing: Slicing;
  readonly onKernel: boolean;
}

const beginConvolve: Task<ConvolveCall>["begin"] = (call) => {
  const { sizes, image, weight, bias, output, slicing, onKernel } = call;
  const { groupInputs, groupOutputs } = sizes;
  const correlation = forwardCorrelation(flattened(sizes));
  const prepared = prepare("conv2d forward", {
    correlation,
    channels: groupInputs,
    outputs: groupOutputs,
    onKernel,
  });
  const { tiles, run } = prepared.correlator();
  return (slice) => {
    for (const part of samplesOf(sizes.batch, slicing, slice)) {
      const range = tilesOfBands(tiles, slicing, part);
      for (const group of groupsOf(sizes, part)) {
        const firstBias = part.sample * (bias?.step ?? 0) + group.index * groupOutputs;
        run(
          { data: image, start: group.input },
          { data: weight, start: group.weight, ...weightSteps(sizes) },
          bias && ((o) => bias.data[firstBias + o] as number),
          { data: output, start: group.output },
          range,
        );
      }
    }
  };
};

export const convolveTask: Task<ConvolveCall> = { name: "convolve", begin: beginConvolve };

export interface ImageGradientCall {
  readonly sizes: ConvolutionSizes;
  readonly weight: FloatArray;
  readonly upstream: FloatArray;
  /** Holds zeros where no tap reaches a pixel. */
  readonly gradient: FloatArray;
  readonly slicing: Slicing;
  readonly onKernel: boolean;
}

const beginImageGradient: Task<ImageGradientCall>["begin"] = (call) => {
  const { sizes, weight, upstream, gradient, slicing, onKernel } = call;
  const { groupInputs, groupOutputs } = sizes;
  const { outputStep, channelStep } = weightSteps(sizes);
  const correlations = transposedCorrelations(flattened(sizes));
  notePlanes(correlations.length);
  const ready = latest((correlation: Correlation) =>
    prepare("conv2d image gradient", {
      correlation,
      channels: groupOutputs,
      outputs: groupInputs,
      onKernel,
    }).correlator(),
  );
  return (slice) => {
    for (const correlation of correlations) {
      const { tiles, run } = ready(correlation);
      for (const part of samplesOf(sizes.batch, slicing, slice)) {
        const range = tilesOfBands(tiles, slicing, part);
        for (const group of groupsOf(sizes, part)) {
          run(
            { data: upstream, start: group.output },
            { data: weight, start: group.weight, outputStep: channelStep, channelStep: outputStep },
            undefined,
            { data: gradient, start: group.input },
            range,
          );
        }
      }
    }
  };
};

function notePlanes(count: number): void {
  const taken = count > 1 ? "several planes of a stride" : count === 1 ? "one plane" : "no plane";
  noteChoice("conv2d image gradient", taken);
}

export const convolveImageGradientTask: Task<ImageGradientCall> = {
  name: "convolveImageGradient",
  begin: beginImageGradient,
};

/** Two correlators share kernel memory: one is made again when the other has been at work. */
function latest(make: (correlation: Correlation) => Correlator): (correlation: Correlation) => Correlator {
  let made: { readonly of: Correlation; readonly correlator: Correlator } | undefined;
  return (correlation) => {
    if (made?.of !== correlation) made = { of: correlation, correlator: make(correlation) };
    return made.correlator;
  };
}

export interface WeightGradientCall {
  readonly sizes: ConvolutionSizes;
  readonly image: FloatArray;
  readonly upstream: FloatArray;
  readonly slicing: Slicing;
  readonly onKernel: boolean;
}

/** A function that adds the sums of a slice to those from `start` on. */
export function beginWeightGradient(
  call: WeightGradientCall,
): (slice: number, sums: Float64Array, start: number) => void {
  const { sizes, image, upstream, slicing, onKernel } = call;
  const prepared = prepare("conv2d weight gradient", {
    correlation: forwardCorrelation(flattened(sizes)),
    channels: sizes.groupInputs,
    outputs: sizes.groupOutputs,
    onKernel,
  });
  const { tiles, run } = prepared.weightCorrelator();
  return (slice, sums, start) => {
    const { offset } = sumRowOf(sizes, slicing, slice);
    for (const part of samplesOf(sizes.batch, slicing, slice)) {
      const range = tilesOfBands(tiles, slicing, part);
      for (const group of groupsOf(sizes, part)) {
        run(
          { data: image, start: group.input },
          { data: upstream, start: group.output },
          { data: sums, start: start + group.weight - offset, ...weightSteps(sizes) },
          range,
        );
      }
    }
  };
}

export interface SharedWeightGradientCall extends WeightGradientCall {
  readonly sums: Float64Array;
  /** Where the sums of each slice start. */
  readonly starts: readonly number[];
}

export const convolveWeightGradientTask: Task<SharedWeightGradientCall> = {
  name: "convolveWeightGradient",
  begin: (call) => {
    const run = beginWeightGradient(call);
    return (slice) => run(slice, call.sums, call.starts[slice] as number);
  },
};

export const convolutionTasks: readonly Task<never>[] = [
  convolveTask,
  convolveImageGradientTask,
  convolveWeightGradientTask,
];

function weightSteps({ groupInputs, kernel }: ConvolutionSizes): {
  readonly outputStep: number;
  readonly channelStep: number;
} {
  const taps = kernel[0] * kernel[1];
  return { outputStep: groupInputs * taps, channelStep: taps };
}

/** Where the groups of a sample start in image, output and weights. */
function* groupsOf(sizes: ConvolutionSizes, { sample }: SamplePart) {
  const { groups, groupInputs, groupOutputs, input, output, kernel, weightStep } = sizes;
  const weights = groupOutputs * groupInputs * kernel[0] * kernel[1];
  for (let index = 0; index < groups; index++) {
    const all = sample * groups + index;
    yield {
      index,
      input: all * groupInputs * input[0] * input[1],
      output: all * groupOutputs * output[0] * output[1],
      weight: sample * weightStep + index * weights,
    };
  }
}
