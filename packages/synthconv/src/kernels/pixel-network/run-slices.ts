/** A checked call, slice by slice, on all threads or on this one; sums are folded slice after slice. */
import type { FloatArray } from "../../core/index.js";
import { parallel, threadsPay } from "../threads/index.js";
import { sliceCount, sliceRange } from "../threads/slices.js";
import { beginBackward, beginForward, beginLoss, type RunRange } from "./begin.js";
import type {
  LayerGradients,
  PixelNetworkBackward,
  PixelNetworkForward,
  PixelNetworkInput,
  PixelNetworkLoss,
} from "./network.js";
import { foldSlice, gradientSizes, gradientsIn, sumsLength } from "./slice-sums.js";
import type { SliceSums } from "./tasks.js";

// A multiply-add is two operations; the gradient of the weights costs as much again as forward, and so does that
// of what a layer was given.
const FORWARD_OPERATIONS = 2;
const GRADIENT_OPERATIONS = 6;

type Summed = Pick<PixelNetworkBackward, "pixels" | "layerGradients">;

export function forwardSlices(call: PixelNetworkForward): void {
  if (isShared(call, FORWARD_OPERATIONS, [call.image, call.output])) {
    parallel("pixelNetworkForward", call, sliceCount(call.pixels));
  } else {
    beginForward(call)({ first: 0, end: call.pixels });
  }
}

export function backwardSlices(call: PixelNetworkBackward): void {
  if (isShared(call, GRADIENT_OPERATIONS, [call.image, call.upstream, call.imageGradient])) {
    const { layerGradients, ...data } = call;
    const sums = sharedSums(call);
    parallel("pixelNetworkBackward", { ...data, ...sums }, sliceCount(call.pixels));
    foldAll(sums, layerGradients);
  } else {
    const run = beginBackward(call);
    sumHere(call, (range, layerGradients) => {
      run(range, layerGradients);
      return 0;
    });
  }
}

/** @returns the sum of the losses of all entries. */
export function lossSlices(call: PixelNetworkLoss): number {
  const operations = call.layerGradients === undefined ? FORWARD_OPERATIONS : GRADIENT_OPERATIONS;
  if (!isShared(call, operations, [call.image, call.target, call.pixelWeight])) {
    return sumHere(call, beginLoss(call));
  }
  const { layerGradients, ...data } = call;
  const sums = sharedSums(call);
  parallel("pixelNetworkLoss", { ...data, ...sums }, sliceCount(call.pixels));
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

/** Does one slice after the other on this thread, with room for the sums of one; an only slice needs none. */
function sumHere({ pixels, layerGradients }: Summed, run: RunRange<number>): number {
  const slices = sliceCount(pixels);
  if (slices === 1) return run(sliceRange(pixels, 0), layerGradients);
  const sizes = gradientSizes(layerGradients);
  const sums = new Float64Array(sumsLength(sizes));
  const gradients = gradientsIn(sums, 0, sizes);
  let loss = 0;
  for (let slice = 0; slice < slices; slice++) {
    sums.fill(0);
    sums[0] = run(sliceRange(pixels, slice), gradients);
    loss += foldSlice(sums, 0, layerGradients);
  }
  return loss;
}

/** Room for the sums of every slice. */
function sharedSums({ pixels, layerGradients }: Summed): SliceSums {
  const sizes = gradientSizes(layerGradients);
  const bytes = sliceCount(pixels) * sumsLength(sizes) * Float64Array.BYTES_PER_ELEMENT;
  return { sizes, sums: new Float64Array(new SharedArrayBuffer(bytes)) };
}

function foldAll({ sums, sizes }: SliceSums, layerGradients: readonly LayerGradients[] | undefined): number {
  const length = sumsLength(sizes);
  let loss = 0;
  for (let start = 0; start < sums.length; start += length) loss += foldSlice(sums, start, layerGradients);
  return loss;
}
