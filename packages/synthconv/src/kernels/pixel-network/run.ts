/**
 * Runs checked calls of a batch, slice by slice, on all threads or on this one; sums are folded slice after slice and
 * sample after sample. All images have the same number of pixels.
 */
import { noteChoice } from "../../core/choices.js";
import { allocate, dtypeOf, type FloatArray } from "../../core/index.js";
import { MAX_JOB_SLICES } from "../threads/job.js";
import {
  type PixelRange,
  parallel,
  sliceCount,
  sliceRange,
  threadCount,
  threadsPay,
} from "../threads/parallel.js";
import { sharedSums } from "../threads/staging.js";
import { prepare } from "./implementations.js";
import { lossOfOutput } from "./network/loss-of-output.js";
import {
  type LayerGradients,
  operationsPerPixel,
  type PixelNetworkBackward,
  type PixelNetworkForward,
  type PixelNetworkInput,
  type PixelNetworkLoss,
} from "./network/types.js";
import { foldSlice, gradientSizes, gradientsIn, sumsLength } from "./sums.js";
import { backwardTask, forwardTask, lossTask, type SliceSums } from "./tasks.js";

// The gradient of the weights costs as much again as forward, and so does that of what a layer reads.
const GRADIENT_COST = 3;

type Summed = Pick<PixelNetworkBackward, "pixels" | "layerGradients">;

/** `pixelNetworkForward` of checked calls. */
export function forward(calls: readonly PixelNetworkForward[]): void {
  if (areShared(calls, 1, ({ image, output }) => [image, output])) {
    for (const batch of jobsOf(calls)) parallel(forwardTask, batch, batch.calls.length * batch.slices);
    return;
  }
  for (const call of calls) {
    const prepared = prepare(call.network, [call.image, call.output], "forward");
    prepared.forward(call, { first: 0, end: call.pixels });
  }
}

/** `pixelNetworkBackward` of checked calls. */
export function backward(calls: readonly PixelNetworkBackward[]): void {
  const arraysOf = ({ image, upstream, imageGradient }: PixelNetworkBackward) => [
    image,
    upstream,
    imageGradient,
  ];
  if (!areShared(calls, GRADIENT_COST, arraysOf)) {
    for (const call of calls) {
      const prepared = prepare(call.network, arraysOf(call), "backward");
      sumHere(call, (range, layerGradients) => {
        prepared.backward({ ...call, layerGradients }, range);
        return 0;
      });
    }
    return;
  }
  for (const { calls: some, slices } of jobsOf(calls)) {
    const parts = withSums(some, slices);
    parallel(backwardTask, { calls: parts, slices }, some.length * slices);
    some.forEach(({ layerGradients }, index) => {
      foldAll(parts[index] as SliceSums, layerGradients);
    });
  }
}

/**
 * `pixelNetworkLoss` of checked calls.
 *
 * @returns the sum of the losses of all entries of all images.
 */
export function loss(calls: readonly PixelNetworkLoss[]): number {
  if (calls.some(({ imageGradient }) => imageGradient !== undefined)) return lossInTwoPasses(calls);
  noteChoice("pixel network loss passes", "one");
  const hasGradients = calls.some(({ layerGradients }) => layerGradients !== undefined);
  const cost = hasGradients ? GRADIENT_COST : 1;
  let total = 0;
  if (!areShared(calls, cost, ({ image, target, pixelWeight }) => [image, target, pixelWeight])) {
    for (const call of calls) {
      const prepared = prepare(call.network, [call.image, call.target, call.pixelWeight], call.loss);
      total += sumHere(call, (range, layerGradients) => prepared.loss({ ...call, layerGradients }, range));
    }
    return total;
  }
  for (const { calls: some, slices } of jobsOf(calls)) {
    const parts = withSums(some, slices);
    parallel(lossTask, { calls: parts, slices }, some.length * slices);
    some.forEach(({ layerGradients }, index) => {
      total += foldAll(parts[index] as SliceSums, layerGradients);
    });
  }
  return total;
}

/** The pass of the loss has no gradient of the image. */
function lossInTwoPasses(calls: readonly PixelNetworkLoss[]): number {
  noteChoice("pixel network loss passes", "forward and backward");
  const outputs = calls.map(({ image, target }) => allocate(dtypeOf(image), target.length));
  forward(
    calls.map(({ network, image, pixels }, index) => {
      return { network, image, pixels, output: outputs[index] as FloatArray };
    }),
  );
  const losses = calls.map((call, index) => lossOfOutput(call, outputs[index] as FloatArray));
  backward(calls.map((call, index) => ({ ...call, upstream: losses[index]?.upstream as FloatArray })));
  return losses.reduce((sum, { total }) => sum + total, 0);
}

/** As many calls at a time as a job has slices for. */
function* jobsOf<Call extends PixelNetworkInput>(
  calls: readonly Call[],
): Generator<{ calls: readonly Call[]; slices: number }> {
  const slices = sliceCount(calls[0]?.pixels ?? 0);
  const most = Math.max(1, Math.floor(MAX_JOB_SLICES / Math.max(1, slices)));
  noteChoice("pixel network jobs", calls.length > most ? "several" : "one");
  for (let first = 0; first < calls.length; first += most) {
    yield { calls: calls.slice(first, first + most), slices };
  }
}

/** @param cost as a multiple of a forward pass. */
function areShared<Call extends PixelNetworkInput>(
  calls: readonly Call[],
  cost: number,
  arraysOf: (call: Call) => readonly (FloatArray | undefined)[],
): boolean {
  const [first] = calls;
  if (first === undefined || threadCount() === 1) return false;
  const { network, pixels } = first;
  return threadsPay({
    slices: calls.length * sliceCount(pixels),
    operations: calls.length * cost * operationsPerPixel(network.layers) * pixels,
    arrays: calls.flatMap(arraysOf),
  });
}

/**
 * Does one slice after the other on this thread, with room for the sums of one. A single slice has it too: added to
 * gradients that are there already, block by block, it would round otherwise than on threads.
 */
function sumHere(
  { pixels, layerGradients }: Summed,
  run: (range: PixelRange, layerGradients: readonly LayerGradients[] | undefined) => number,
): number {
  const slices = sliceCount(pixels);
  noteChoice("pixel network sums", slices > 1 ? "several slices" : "one slice");
  const sizes = gradientSizes(layerGradients);
  const sums = new Float64Array(sumsLength(sizes));
  const gradients = gradientsIn(sums, 0, sizes);
  let total = 0;
  for (let slice = 0; slice < slices; slice++) {
    sums.fill(0);
    sums[0] = run(sliceRange(pixels, slice), gradients);
    total += foldSlice(sums, 0, layerGradients);
  }
  return total;
}

/** The calls of a job with room for the sums of every slice. */
function withSums<Call extends Summed>(
  calls: readonly Call[],
  slices: number,
): (Omit<Call, "layerGradients"> & SliceSums)[] {
  const sizes = calls.map(({ layerGradients }) => gradientSizes(layerGradients));
  const lengths = sizes.map((ofCall) => slices * sumsLength(ofCall));
  const all = sharedSums(lengths.reduce((total, length) => total + length, 0));
  let start = 0;
  return calls.map(({ layerGradients, ...data }, index) => {
    const end = start + (lengths[index] as number);
    const sums = all.subarray(start, end);
    start = end;
    return { ...data, sizes: sizes[index], sums };
  });
}

function foldAll({ sums, sizes }: SliceSums, layerGradients: readonly LayerGradients[] | undefined): number {
  const length = sumsLength(sizes);
  let total = 0;
  for (let start = 0; start < sums.length; start += length) total += foldSlice(sums, start, layerGradients);
  return total;
}
