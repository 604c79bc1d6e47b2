/** Runs the passes of a convolution, in slices on all threads or on this one. Plain loops run whole, on this one. */
import { noteChoice } from "../../core/choices.js";
import type { FloatArray } from "../../core/index.js";
import { parallel, threadsPay } from "../threads/parallel.js";
import { sharedSums } from "../threads/staging.js";
import type { ConvolutionSizes } from "./geometry/correlation.js";
import {
  operationsOf,
  type Slicing,
  type SumRow,
  slicingOf,
  sumRowOf,
  sumSlicingOf,
  WHOLE,
} from "./slices.js";
import {
  beginWeightGradient,
  type ConvolveCall,
  convolveImageGradientTask,
  convolveTask,
  convolveWeightGradientTask,
  type ImageGradientCall,
  type WeightGradientCall,
} from "./tasks.js";

export function forward(call: Omit<ConvolveCall, "slicing">): void {
  const slicing = slicingOf(call.sizes);
  if (call.onKernel && areShared(call.sizes, slicing, [call.image, call.output])) {
    parallel(convolveTask, { ...call, slicing }, slicing.slices);
  } else convolveTask.begin({ ...call, slicing: WHOLE })(0);
}

export function imageGradient(call: Omit<ImageGradientCall, "slicing">): void {
  const slicing = slicingOf(call.sizes);
  if (call.onKernel && areShared(call.sizes, slicing, [call.upstream, call.gradient])) {
    parallel(convolveImageGradientTask, { ...call, slicing }, slicing.slices);
  } else convolveImageGradientTask.begin({ ...call, slicing: WHOLE })(0);
}

/** Adds to `gradient`, slice after slice. */
export function weightGradient(call: Omit<WeightGradientCall, "slicing">, gradient: Float64Array): void {
  const { sizes, image, upstream, onKernel } = call;
  const slicing = onKernel ? sumSlicingOf(sizes) : WHOLE;
  const rows = Array.from({ length: slicing.slices }, (_, slice) => sumRowOf(sizes, slicing, slice));
  noteChoice("conv2d weight gradient sums", slicing.slices > 1 ? "several slices" : "one slice");
  if (!areShared(sizes, slicing, [image, upstream])) {
    const run = beginWeightGradient({ sizes, image, upstream, slicing, onKernel });
    const sums = new Float64Array(Math.max(...rows.map(({ length }) => length)));
    rows.forEach((row, slice) => {
      sums.fill(0);
      run(slice, sums, 0);
      addRow(gradient, row, sums, 0);
    });
    return;
  }
  const starts = startsOf(rows);
  const sums = sharedSums(rows.reduce((total, { length }) => total + length, 0));
  parallel(
    convolveWeightGradientTask,
    { sizes, image, upstream, slicing, onKernel, sums, starts },
    slicing.slices,
  );
  rows.forEach((row, slice) => {
    addRow(gradient, row, sums, starts[slice] as number);
  });
}

function areShared(sizes: ConvolutionSizes, { slices }: Slicing, arrays: readonly FloatArray[]): boolean {
  return threadsPay({ slices, operations: operationsOf(sizes), arrays });
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
