/** The passes of a pixel network as tasks of threads: a slice of one image of a batch at a time. */
import { sliceRange } from "../threads/slices.js";
import type { Task } from "../threads/task.js";
import { beginBackward, beginForward, beginLoss } from "./begin.js";
import type { PixelNetworkBackward, PixelNetworkForward, PixelNetworkLoss } from "./network.js";
import { type GradientSizes, gradientsIn, sumsLength } from "./slice-sums.js";

/** Where the sums of slices go, in place of the caller's gradients. */
export interface SliceSums {
  /** Undefined where the gradients of the layers are not wanted. */
  readonly sizes: readonly GradientSizes[] | undefined;
  /** [slices, N], N as `sumsLength` says, all 0. */
  readonly sums: Float64Array;
}

export type BackwardTask = Omit<PixelNetworkBackward, "layerGradients"> & SliceSums;
export type LossTask = Omit<PixelNetworkLoss, "layerGradients" | "imageGradient"> & SliceSums;

/** Calls whose images have the same number of pixels, one for each sample. */
export interface Batch<Call> {
  readonly calls: readonly Call[];
  /** Of each image. Slice i of the batch is slice `i % slices` of call `i / slices`. */
  readonly slices: number;
}

/** Begins a call when the first of its slices comes: weights are in kernel memory for one network at a time. */
function ofBatch<Call>(task: Task<Call>): Task<Batch<Call>> {
  return ({ calls, slices }) => {
    let begun: number | undefined;
    let run: (slice: number) => void = () => {};
    return (slice) => {
      const sample = Math.floor(slice / slices);
      if (sample !== begun) run = task(calls[sample] as Call);
      begun = sample;
      run(slice % slices);
    };
  };
}

export const pixelNetworkForwardTask: Task<Batch<PixelNetworkForward>> = ofBatch((call) => {
  const run = beginForward(call);
  return (slice) => run(sliceRange(call.pixels, slice));
});

export const pixelNetworkBackwardTask: Task<Batch<BackwardTask>> = ofBatch((call) => {
  const { pixels, sums, sizes } = call;
  const run = beginBackward(call);
  const length = sumsLength(sizes);
  return (slice) => run(sliceRange(pixels, slice), gradientsIn(sums, slice * length, sizes));
});

export const pixelNetworkLossTask: Task<Batch<LossTask>> = ofBatch((call) => {
  const { pixels, sums, sizes } = call;
  const run = beginLoss(call);
  const length = sumsLength(sizes);
  return (slice) => {
    const start = slice * length;
    sums[start] = run(sliceRange(pixels, slice), gradientsIn(sums, start, sizes));
  };
});
