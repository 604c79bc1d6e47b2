/**
 * The geometry that convolution and pooling share: which input pixels each tap of a sliding window meets.
 * A tap is one position inside the window. Everything is computed once, so the loops have no bounds to test.
 */
import { ShapeError } from "./errors.js";
import type { FloatArray } from "./float-array.js";
import { RunningSum } from "./sums.js";

/** One direction of a sliding window, in pixels. */
export interface WindowAxis {
  readonly input: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  readonly dilation: number;
}

/** One tap: the output pixels at which it lies inside the image, and the input pixel of the first of them. */
export interface Tap {
  readonly rows: number;
  readonly columns: number;
  /** Index in the output plane of the first output pixel. */
  readonly output: number;
  /** Index in the input plane of the pixel that it reads. */
  readonly input: number;
}

/** Steps from one output row, or column, to the next. */
export interface TapSteps {
  readonly inputRowStep: number;
  readonly inputColumnStep: number;
  readonly outputRowStep: number;
}

/** A window over planes of `inputSize` pixels, giving planes of `outputSize`. */
export interface Window extends TapSteps {
  readonly inputSize: number;
  readonly outputSize: number;
  readonly outputHeight: number;
  readonly outputWidth: number;
  /** Row by row, as a kernel's weights are stored. */
  readonly taps: readonly Tap[];
}

/** @throws {ShapeError} when the window is larger than the padded image. */
export function makeWindow(where: string, vertical: WindowAxis, horizontal: WindowAxis): Window {
  const outputHeight = outputLength(`${where} height`, vertical);
  const outputWidth = outputLength(`${where} width`, horizontal);
  const size = {
    inputSize: vertical.input * horizontal.input,
    outputSize: outputHeight * outputWidth,
    outputHeight,
    outputWidth,
  };
  if (isPointwise(vertical) && isPointwise(horizontal)) {
    // Every pixel meets itself: the whole plane is one row.
    const tap = { rows: 1, columns: size.outputSize, output: 0, input: 0 };
    return { ...size, inputRowStep: 0, inputColumnStep: 1, outputRowStep: 0, taps: [tap] };
  }
  const taps: Tap[] = [];
  for (let ky = 0; ky < vertical.kernel; ky++) {
    const y = insideRange(vertical, ky, outputHeight);
    for (let kx = 0; kx < horizontal.kernel; kx++) {
      const x = insideRange(horizontal, kx, outputWidth);
      taps.push({
        rows: y.count,
        columns: x.count,
        output: y.output * outputWidth + x.output,
        input: y.input * horizontal.input + x.input,
      });
    }
  }
  return {
    ...size,
    inputRowStep: vertical.stride * horizontal.input,
    inputColumnStep: horizontal.stride,
    outputRowStep: outputWidth,
    taps,
  };
}

function isPointwise({ kernel, stride, padding }: WindowAxis): boolean {
  return kernel === 1 && stride === 1 && padding === 0;
}

/** `floor((input + 2 padding - dilation (kernel - 1) - 1) / stride) + 1`; 0 for an image without pixels. */
function outputLength(where: string, { input, kernel, stride, padding, dilation }: WindowAxis): number {
  const reach = dilation * (kernel - 1) + 1;
  const padded = input + 2 * padding;
  if (reach <= padded) return Math.floor((padded - reach) / stride) + 1;
  if (input === 0) return 0;
  throw new ShapeError({
    where,
    expected: `at least ${reach} pixels for a kernel of ${kernel} at dilation ${dilation}`,
    received: `${input} + 2 * ${padding} of padding = ${padded}`,
    repair: "Add padding, or use a smaller kernel or dilation.",
  });
}

/** The outputs for which `output * stride + tap * dilation - padding` lies in the image. */
function insideRange(
  { input, stride, padding, dilation }: WindowAxis,
  tap: number,
  outputs: number,
): { count: number; output: number; input: number } {
  const shift = tap * dilation - padding;
  const first = Math.max(0, Math.ceil(-shift / stride));
  const last = Math.min(outputs - 1, Math.floor((input - 1 - shift) / stride));
  return { count: Math.max(0, last - first + 1), output: first, input: first * stride + shift };
}

/** `output += weight * input` at one tap; the planes start at the given indices. */
export function addTap(
  steps: TapSteps,
  tap: Tap,
  weight: number,
  input: FloatArray,
  inputStart: number,
  output: Float64Array,
  outputStart: number,
): void {
  const step = steps.inputColumnStep;
  for (let row = 0; row < tap.rows; row++) {
    const from = inputStart + tap.input + row * steps.inputRowStep;
    const to = outputStart + tap.output + row * steps.outputRowStep;
    for (let column = 0; column < tap.columns; column++) {
      output[to + column] =
        (output[to + column] as number) + weight * (input[from + column * step] as number);
    }
  }
}

/** The transpose of `addTap`: `input += weight * output`. */
export function addTapTransposed(
  steps: TapSteps,
  tap: Tap,
  weight: number,
  output: FloatArray,
  outputStart: number,
  input: Float64Array,
  inputStart: number,
): void {
  const step = steps.inputColumnStep;
  for (let row = 0; row < tap.rows; row++) {
    const to = inputStart + tap.input + row * steps.inputRowStep;
    const from = outputStart + tap.output + row * steps.outputRowStep;
    for (let column = 0; column < tap.columns; column++) {
      const at = to + column * step;
      input[at] = (input[at] as number) + weight * (output[from + column] as number);
    }
  }
}

// Products that are added plainly before what an addition loses is looked at: the whole plane of 1x1 weights is one row.
const DOT_BLOCK = 64;

/** The sum of `input * output` over the pixels where the tap lies inside the image. */
export function dotTap(
  steps: TapSteps,
  tap: Tap,
  input: FloatArray,
  inputStart: number,
  output: FloatArray,
  outputStart: number,
): number {
  const step = steps.inputColumnStep;
  const sum = new RunningSum();
  for (let row = 0; row < tap.rows; row++) {
    const from = inputStart + tap.input + row * steps.inputRowStep;
    const at = outputStart + tap.output + row * steps.outputRowStep;
    for (let first = 0; first < tap.columns; first += DOT_BLOCK) {
      const end = Math.min(tap.columns, first + DOT_BLOCK);
      let part = 0;
      for (let column = first; column < end; column++) {
        part += (input[from + column * step] as number) * (output[at + column] as number);
      }
      sum.add(part);
    }
  }
  return sum.value;
}
