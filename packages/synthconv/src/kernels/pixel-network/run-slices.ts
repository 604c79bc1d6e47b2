/** A checked call, slice by slice; sums are folded slice after slice. */
import { sliceCount } from "../threads/slices.js";
import type { Task } from "../threads/task.js";
import type {
  LayerGradients,
  PixelNetworkBackward,
  PixelNetworkForward,
  PixelNetworkInput,
  PixelNetworkLoss,
} from "./network.js";
import { foldSlice, gradientSizes, sumsLength } from "./slice-sums.js";
import {
  pixelNetworkBackwardTask,
  pixelNetworkForwardTask,
  pixelNetworkLossTask,
  type SliceSums,
} from "./tasks.js";

export function forwardSlices(call: PixelNetworkForward): void {
  const slices = sliceCount(call.pixels);
  const run = pixelNetworkForwardTask(call);
  for (let slice = 0; slice < slices; slice++) run(slice);
}

export function backwardSlices({ layerGradients, ...call }: PixelNetworkBackward): void {
  sumSlices(pixelNetworkBackwardTask, call, layerGradients);
}

/** @returns the sum of the losses of all entries. */
export function lossSlices({ layerGradients, ...call }: PixelNetworkLoss): number {
  return sumSlices(pixelNetworkLossTask, call, layerGradients);
}

function sumSlices<Call extends PixelNetworkInput>(
  task: Task<Call & SliceSums>,
  call: Call,
  layerGradients: readonly LayerGradients[] | undefined,
): number {
  const slices = sliceCount(call.pixels);
  const sizes = gradientSizes(layerGradients);
  const sums = new Float64Array(sumsLength(sizes));
  const run = task({ ...call, sizes, sums });
  let loss = 0;
  for (let slice = 0; slice < slices; slice++) {
    sums.fill(0);
    run(slice);
    loss += foldSlice(sums, 0, layerGradients);
  }
  return loss;
}
