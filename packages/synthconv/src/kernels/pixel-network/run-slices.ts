/**
 * Checked calls of a batch, slice by slice, on all threads or on this one; sums are folded slice after slice and
 * sample after sample. All images have the same number of pixels.
 */
import type { FloatArray } from "../../core/index.js";
import { noteChoice } from "../choices.js";
import { parallel, threadsPay } from "../threads/index.js";
import { MOST_JOB_SLICES } from "../threads/job.js";
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

export function forwardSlices(calls: readonly PixelNetworkForward[]): void {
  if (areShared(calls, FORWARD_OPERATIONS, ({ image, output }) => [image, output])) {
    for (const batch of jobsOf(calls)) {
      parallel("pixelNetworkForward", batch, batch.calls.length * batch.slices);
    }
  } else {
    for (const call of calls) beginForward(call)({ first: 0, end: call.pixels });
  }
}

export function backwardSlices(calls: readonly PixelNetworkBackward[]): void {
  const arraysOf = ({ image, upstream, imageGradient }: PixelNetworkBackward) => [
    image,
    upstream,
    imageGradient,
  ];
  if (!areShared(calls, GRADIENT_OPERATIONS, arraysOf)) {
    for (const call of calls) {
      const run = beginBackward(call);
      sumHere(call, (range, layerGradients) => {
        run(range, layerGradients);
        return 0;
      });
    }
    return;
  }
  for (const { calls: some, slices } of jobsOf(calls)) {
    const parts = some.map(({ layerGradients, ...data }) => ({
      ...data,
      ...sharedSums({ layerGradients }, slices),
    }));
    parallel("pixelNetworkBackward", { calls: parts, slices }, some.length * slices);
    some.forEach(({ layerGradients }, index) => {
      foldAll(parts[index] as SliceSums, layerGradients);
    });
  }
}

/** @returns the sum of the losses of all entries of all images. */
export function lossSlices(calls: readonly PixelNetworkLoss[]): number {
  const hasGradients = calls.some(({ layerGradients }) => layerGradients !== undefined);
  const operations = hasGradients ? GRADIENT_OPERATIONS : FORWARD_OPERATIONS;
  let total = 0;
  if (!areShared(calls, operations, ({ image, target, pixelWeight }) => [image, target, pixelWeight])) {
    for (const call of calls) total += sumHere(call, beginLoss(call));
    return total;
  }
  for (const { calls: some, slices } of jobsOf(calls)) {
    const parts = some.map(({ layerGradients, ...data }) => ({
      ...data,
      ...sharedSums({ layerGradients }, slices),
    }));
    parallel("pixelNetworkLoss", { calls: parts, slices }, some.length * slices);
    some.forEach(({ layerGradients }, index) => {
      total += foldAll(parts[index] as SliceSums, layerGradients);
    });
  }
  return total;
}

/** As many calls at a time as a job has slices for. */
function* jobsOf<Call extends PixelNetworkInput>(
  calls: readonly Call[],
): Generator<{ calls: readonly Call[]; slices: number }> {
  const slices = sliceCount(calls[0]?.pixels ?? 0);
  const most = Math.max(1, Math.floor(MOST_JOB_SLICES / Math.max(1, slices)));
  noteChoice("pixel network jobs", calls.length > most ? "several" : "one");
  for (let first = 0; first < calls.length; first += most) {
    yield { calls: calls.slice(first, first + most), slices };
  }
}

/** @param operations for every weight and pixel. */
function areShared<Call extends PixelNetworkInput>(
  calls: readonly Call[],
  operations: number,
  arraysOf: (call: Call) => readonly (FloatArray | undefined)[],
): boolean {
  const [first] = calls;
  if (first === undefined) return false;
  const { network, pixels } = first;
  const weights = network.layers.reduce((sum, { inputs, outputs }) => sum + inputs * outputs, 0);
  return threadsPay({
    slices: calls.length * sliceCount(pixels),
    operations: calls.length * operations * weights * pixels,
    arrays: calls.flatMap(arraysOf),
  });
}

/**
 * Does one slice after the other on this thread, with room for the sums of one. An only slice has it too: added to
 * gradients that are there already, block by block, it would round otherwise than on threads.
 */
function sumHere({ pixels, layerGradients }: Summed, run: RunRange<number>): number {
  const slices = sliceCount(pixels);
  noteChoice("pixel network sums", slices > 1 ? "several slices" : "one slice");
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
function sharedSums({ layerGradients }: Pick<Summed, "layerGradients">, slices: number): SliceSums {
  const sizes = gradientSizes(layerGradients);
  const bytes = slices * sumsLength(sizes) * Float64Array.BYTES_PER_ELEMENT;
  return { sizes, sums: new Float64Array(new SharedArrayBuffer(bytes)) };
}

function foldAll({ sums, sizes }: SliceSums, layerGradients: readonly LayerGradients[] | undefined): number {
  const length = sumsLength(sizes);
  let loss = 0;
  for (let start = 0; start < sums.length; start += length) loss += foldSlice(sums, start, layerGradients);
  return loss;
}
