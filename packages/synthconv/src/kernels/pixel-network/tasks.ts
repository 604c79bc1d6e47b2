/** The passes of a pixel network as tasks of threads: a slice of one image of a batch at a time. */
import { sliceRange } from "../threads/parallel.js";
import type { Task } from "../threads/task.js";
import { prepare } from "./implementations.js";
import type { PixelNetworkBackward, PixelNetworkForward, PixelNetworkLoss } from "./network/types.js";
import { type GradientSizes, gradientsIn, sumsLength } from "./sums.js";

/** Where the sums of slices go, in place of the caller's gradients. */
export interface SliceSums {
  /** Undefined where the gradients of the layers are not wanted. */
  readonly sizes: readonly GradientSizes[] | undefined;
  /** [slices, N], N as `sumsLength` says, all 0. */
  readonly sums: Float64Array;
}

export type BackwardSlices = Omit<PixelNetworkBackward, "layerGradients"> & SliceSums;
export type LossSlices = Omit<PixelNetworkLoss, "layerGradients" | "imageGradient"> & SliceSums;

/** Calls whose images have the same number of pixels, one for each sample. */
export interface Batch<Call> {
  readonly calls: readonly Call[];
  /** Of each image. Slice i of the batch is slice `i % slices` of call `i / slices`. */
  readonly slices: number;
}

/** Begins a call when the first of its slices comes: weights are in kernel memory for one network at a time. */
function batchTask<Call>(name: string, begin: (call: Call) => (slice: number) => void): Task<Batch<Call>> {
  return {
    name,
    begin: ({ calls, slices }) => {
      let begun: number | undefined;
      let run: (slice: number) => void = () => {};
      return (slice) => {
        const sample = Math.floor(slice / slices);
        if (sample !== begun) run = begin(calls[sample] as Call);
        begun = sample;
        run(slice % slices);
      };
    },
  };
}

export const forwardTask: Task<Batch<PixelNetworkForward>> = batchTask("pixelNetworkForward", (call) => {
  const prepared = prepare(call.network, [call.image, call.output], "forward");
  return (slice) => prepared.forward(call, sliceRange(call.pixels, slice));
});

export const backwardTask: Task<Batch<BackwardSlices>> = batchTask("pixelNetworkBackward", (call) => {
  const { network, image, upstream, imageGradient, pixels, sums, sizes } = call;
  const prepared = prepare(network, [image, upstream, imageGradient], "backward");
  const length = sumsLength(sizes);
  return (slice) => {
    const layerGradients = gradientsIn(sums, slice * length, sizes);
    prepared.backward({ ...call, layerGradients }, sliceRange(pixels, slice));
  };
});

export const lossTask: Task<Batch<LossSlices>> = batchTask("pixelNetworkLoss", (call) => {
  const { network, image, target, pixelWeight, loss, pixels, sums, sizes } = call;
  const prepared = prepare(network, [image, target, pixelWeight], loss);
  const length = sumsLength(sizes);
  return (slice) => {
    const start = slice * length;
    const layerGradients = gradientsIn(sums, start, sizes);
    sums[start] = prepared.loss({ ...call, layerGradients }, sliceRange(pixels, slice));
  };
});

export const pixelNetworkTasks: readonly Task<never>[] = [forwardTask, backwardTask, lossTask];
