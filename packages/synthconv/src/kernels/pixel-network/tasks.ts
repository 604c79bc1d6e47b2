/** The passes of a pixel network as tasks of threads: a slice of the image at a time. */
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

export const pixelNetworkForwardTask: Task<PixelNetworkForward> = (call) => {
  const run = beginForward(call);
  return (slice) => run(sliceRange(call.pixels, slice));
};

export const pixelNetworkBackwardTask: Task<BackwardTask> = (call) => {
  const { pixels, sums, sizes } = call;
  const run = beginBackward(call);
  const length = sumsLength(sizes);
  return (slice) => run(sliceRange(pixels, slice), gradientsIn(sums, slice * length, sizes));
};

export const pixelNetworkLossTask: Task<LossTask> = (call) => {
  const { pixels, sums, sizes } = call;
  const run = beginLoss(call);
  const length = sumsLength(sizes);
  return (slice) => {
    const start = slice * length;
    sums[start] = run(sliceRange(pixels, slice), gradientsIn(sums, start, sizes));
  };
};
