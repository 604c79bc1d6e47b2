/** A checked call, slice by slice, on all threads or on this one; sums are folded slice after slice. */
import type { FloatArray } from "../../core/index.js";
import { parallel, threadsPay } from "../threads/index.js";
import { sliceCount } from "../threads/slices.js";
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

// A multiply-add is two operations; the gradient of the weights costs as much again as forward, and so does that
// of what a layer was given.
const FORWARD_OPERATIONS = 2;
const GRADIENT_OPERATIONS = 6;

export function forwardSlices(call: PixelNetworkForward): void {
  const slices = sliceCount(call.pixels);
  if (isShared(call, FORWARD_OPERATIONS, [call.image, call.output])) {
    parallel("pixelNetworkForward", call, slices);
  } else {
    const run = pixelNetworkForwardTask(call);
    for (let slice = 0; slice < slices; slice++) run(slice);
  }
}

export function backwardSlices({ layerGradients, ...call }: PixelNetworkBackward): void {
  const images = [call.image, call.upstream, call.imageGradient];
  const isParallel = isShared(call, GRADIENT_OPERATIONS, images);
  const sums = newSums(call, layerGradients, isParallel);
  if (isParallel) {
    parallel("pixelNetworkBackward", { ...call, ...sums }, sliceCount(call.pixels));
    foldAll(sums, layerGradients);
  } else {
    foldEach(call.pixels, sums, pixelNetworkBackwardTask({ ...call, ...sums }), layerGradients);
  }
}

/** @returns the sum of the losses of all entries. */
export function lossSlices({ layerGradients, ...call }: PixelNetworkLoss): number {
  const images = [call.image, call.target, call.pixelWeight];
  const operations = layerGradients === undefined ? FORWARD_OPERATIONS : GRADIENT_OPERATIONS;
  const isParallel = isShared(call, operations, images);
  const sums = newSums(call, layerGradients, isParallel);
  if (!isParallel) {
    return foldEach(call.pixels, sums, pixelNetworkLossTask({ ...call, ...sums }), layerGradients);
  }
  parallel("pixelNetworkLoss", { ...call, ...sums }, sliceCount(call.pixels));
  return foldAll(sums, layerGradients);
}

/** @param operations for every weight and pixel. */
function isShared(
  { network: { layers }, pixels }: PixelNetworkInput,
  operations: number,
  arrays: readonly (FloatArray | undefined)[],
): boolean {
  const weights = layers.reduce((sum, { inputs, outputs }) => sum + inputs * outputs, 0);
  return threadsPay({ slices: sliceCount(pixels), operations: operations * weights * pixels, arrays });
}

/** Room for the sums of every slice in shared memory, or for those of one. */
function newSums(
  { pixels }: PixelNetworkInput,
  layerGradients: readonly LayerGradients[] | undefined,
  isParallel: boolean,
): SliceSums {
  const sizes = gradientSizes(layerGradients);
  const length = sumsLength(sizes);
  if (!isParallel) return { sizes, sums: new Float64Array(length) };
  const bytes = sliceCount(pixels) * length * Float64Array.BYTES_PER_ELEMENT;
  return { sizes, sums: new Float64Array(new SharedArrayBuffer(bytes)) };
}

/** Does one slice after the other in the same room. */
function foldEach(
  pixels: number,
  { sums }: SliceSums,
  run: (slice: number) => void,
  layerGradients: readonly LayerGradients[] | undefined,
): number {
  const slices = sliceCount(pixels);
  let loss = 0;
  for (let slice = 0; slice < slices; slice++) {
    sums.fill(0);
    run(slice);
    loss += foldSlice(sums, 0, layerGradients);
  }
  return loss;
}

function foldAll({ sums, sizes }: SliceSums, layerGradients: readonly LayerGradients[] | undefined): number {
  const length = sumsLength(sizes);
  let loss = 0;
  for (let start = 0; start < sums.length; start += length) loss += foldSlice(sums, start, layerGradients);
  return loss;
}
