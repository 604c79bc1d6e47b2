/**
 * Convolution on the kernel of products: forward, and the gradients of image and weights, on all threads where that
 * pays. README.md derives it.
 */

import { noteChoice } from "../../core/choices.js";
import type { FloatArray } from "../../core/index.js";
import { parallel, threadsPay } from "../threads/parallel.js";
import { runsOnKernel } from "./binding.js";
import {
  operationsOf,
  type Slicing,
  type SumRow,
  slicingOf,
  sumRowOf,
  sumSlicingOf,
  WHOLE,
} from "./convolution-slices.js";
import {
  beginWeightGradient,
  type ConvolveCall,
  convolveImageGradientTask,
  convolveTask,
  convolveWeightGradientTask,
} from "./convolution-tasks.js";
import { type ConvolutionSizes, isPointwise } from "./correlation.js";
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
  if (work < LEAST_WORK || !runsOnKernel(...arrays)) {
    noteChoice("conv2d on the kernel", work < LEAST_WORK ? "too small" : "not float32, or no kernel");
    return false;
  }
  if (isPointwise(sizes)) {
    noteChoice("conv2d on the kernel", "pointwise");
    return true;
  }
  const areFinite = meetPadding.every(hasOnlyFinite);
  noteChoice("conv2d on the kernel", areFinite ? "yes" : "not finite");
  return areFinite;
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

/**
 * Writes output [B,O,H',W'], the convolution of image [B,C,H,W] with weight ([O,I,kh,kw], or [B,O,I,kh,kw] with a
 * weightStep), plus bias ([O], or [B,O] with biasStep O).
 */
export function convolve(
  sizes: ConvolutionSizes,
  image: FloatArray,
  weight: FloatArray,
  bias: ConvolveCall["bias"],
  output: FloatArray,
): void {
  const call = { sizes: plain(sizes), image, weight, bias, output };
  const slicing = slicingOf(sizes);
  if (areShared(sizes, slicing, [image, output])) {
    parallel(convolveTask, { ...call, slicing }, slicing.slices);
  } else convolveTask.begin({ ...call, slicing: WHOLE })(0);
}

/** Writes the gradient [B,C,H,W] of the image, which must hold zeros, from that of the output. */
export function convolveImageGradient(
  sizes: ConvolutionSizes,
  weight: FloatArray,
  upstream: FloatArray,
  gradient: FloatArray,
): void {
  const call = { sizes: plain(sizes), weight, upstream, gradient };
  const slicing = slicingOf(sizes);
  if (areShared(sizes, slicing, [upstream, gradient])) {
    parallel(convolveImageGradientTask, { ...call, slicing }, slicing.slices);
  } else convolveImageGradientTask.begin({ ...call, slicing: WHOLE })(0);
}

/** Adds the gradient of the weights, in their layout; float64, because every sample and tile adds to it. */
export function convolveWeightGradient(
  sizes: ConvolutionSizes,
  image: FloatArray,
  upstream: FloatArray,
  gradient: Float64Array,
): void {
  const slicing = sumSlicingOf(sizes);
  const call = { sizes: plain(sizes), image, upstream, slicing };
  const rows = Array.from({ length: slicing.slices }, (_, slice) => sumRowOf(sizes, slicing, slice));
  noteChoice("conv2d weight gradient sums", slicing.slices > 1 ? "several slices" : "one slice");
  if (!areShared(sizes, slicing, [image, upstream])) {
    const run = beginWeightGradient(call);
    const sums = new Float64Array(Math.max(...rows.map(({ length }) => length)));
    rows.forEach((row, slice) => {
      sums.fill(0);
      run(slice, sums, 0);
      addRow(gradient, row, sums, 0);
    });
    return;
  }
  const starts = startsOf(rows);
  const bytes = rows.reduce((sum, { length }) => sum + length, 0) * Float64Array.BYTES_PER_ELEMENT;
  const sums = new Float64Array(new SharedArrayBuffer(bytes));
  parallel(convolveWeightGradientTask, { ...call, sums, starts }, slicing.slices);
  rows.forEach((row, slice) => {
    addRow(gradient, row, sums, starts[slice] as number);
  });
}

function areShared(sizes: ConvolutionSizes, { slices }: Slicing, arrays: readonly FloatArray[]): boolean {
  return threadsPay({ slices, operations: operationsOf(sizes), arrays });
}

/** The sizes alone, as they are sent to workers: what callers keep beside them is not. */
function plain(sizes: ConvolutionSizes): ConvolutionSizes {
  const { batch, groups, groupInputs, groupOutputs, weightStep } = sizes;
  const { input, output, kernel, stride, padding, dilation } = sizes;
  return {
    batch,
    groups,
    groupInputs,
    groupOutputs,
    weightStep,
    input,
    output,
    kernel,
    stride,
    padding,
    dilation,
  };
}

/** Where each row starts when they follow each other. */
function startsOf(rows: readonly SumRow[]): number[] {
  let next = 0;
  return rows.map(({ length }) => {
    next += length;
    return next - length;
  });
}

/** Slice after slice, on threads as without: sums of sums depend on the order. */
function addRow(gradient: Float64Array, { offset, length }: SumRow, sums: Float64Array, start: number): void {
  for (let i = 0; i < length; i++) {
    gradient[offset + i] = (gradient[offset + i] as number) + (sums[start + i] as number);
  }
}
