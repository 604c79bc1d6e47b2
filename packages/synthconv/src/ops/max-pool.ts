import { checkImage, TENSOR } from "../autograd/kinds.js";
import type { Tensor } from "../autograd/tensor.js";
import { check, checkOptions, type Fields } from "../core/arguments.js";
import { describeValue } from "../core/describe-value.js";
import { allocateUnset, type FloatArray } from "../core/float-array.js";
import { optional } from "../core/kinds.js";
import type { Tap, Window } from "../core/window.js";
import { type Pair, pair } from "./check.js";
import { linearMap } from "./linear-map.js";
import { poolWindow, settingsOf } from "./pool-window.js";

export interface MaxPoolOptions {
  readonly kernel: Pair;
  /** Default: the kernel, so that the windows do not overlap. */
  readonly stride?: Pair;
  /** Nothing around the image: it is never the largest. At most half the kernel. Default 0. */
  readonly padding?: Pair;
  /** Distance between the pixels of the window. Default 1. */
  readonly dilation?: Pair;
}

const MAX_POOL_OPTIONS: Fields<MaxPoolOptions> = {
  kernel: pair(1),
  stride: optional(pair(1)),
  padding: optional(pair(0)),
  dilation: optional(pair(1)),
};

function asKernel(value: unknown): string | undefined {
  return pair(1).accepts(value) ? `Write maxPool2d(x, { kernel: ${describeValue(value)} }).` : undefined;
}

/**
 * The largest of each position of a window: `x` [B,C,H,W] gives [B,C,H',W'] with
 * `H' = floor((H + 2 padding - dilation (kh - 1) - 1) / stride) + 1`; NaN where one is in the window. The gradient goes to
 * the first of equal ones, row by row, as in PyTorch.
 *
 * @throws {ShapeError} when `x` has not 4 axes or the window is larger than the padded image.
 * @throws {ValueError} when an option is outside its domain.
 */
export function maxPool2d(x: Tensor, options: MaxPoolOptions): Tensor {
  check("maxPool2d", "x", x, TENSOR);
  checkOptions("maxPool2d", options, MAX_POOL_OPTIONS, { repair: asKernel });
  const { kernel, stride = kernel, padding = 0, dilation = 1 } = options;
  checkImage("maxPool2d", "x", x);
  const [batch, channels, height, width] = x.shape as [number, number, number, number];
  const window = poolWindow("maxPool2d", [height, width], { kernel, stride, padding, dilation });
  const largest = new Float64Array(window.outputSize);
  // Of every output its pixel; -1 where a window lies between the pixels and sees none.
  const chosen = new Int32Array(batch * channels * window.outputSize).fill(-1);
  for (let plane = 0; plane < batch * channels; plane++) {
    largest.fill(Number.NEGATIVE_INFINITY);
    const own = chosen.subarray(plane * window.outputSize, (plane + 1) * window.outputSize);
    for (const tap of window.taps) choose(window, tap, x.data, plane * window.inputSize, largest, own);
  }
  return linearMap(
    {
      operation: "maxPool2d",
      settings: settingsOf({ kernel, stride, padding, dilation }),
      from: x.shape,
      to: [batch, channels, window.outputHeight, window.outputWidth],
      apply: (data) => {
        const out = allocateUnset(x.dtype, chosen.length).fill(Number.NEGATIVE_INFINITY);
        for (let i = 0; i < out.length; i++)
          if (chosen[i] !== -1) out[i] = data[chosen[i] as number] as number;
        return out;
      },
      adjoint: (data) => {
        const sums = new Float64Array(x.size);
        for (let i = 0; i < chosen.length; i++) {
          const at = chosen[i] as number;
          if (at !== -1) sums[at] = (sums[at] as number) + (data[i] as number);
        }
        const out = allocateUnset(x.dtype, x.size);
        out.set(sums);
        return out;
      },
    },
    x,
  );
}

/** One pixel of the window against the largest so far, at all outputs. */
function choose(
  steps: Window,
  tap: Tap,
  input: FloatArray,
  start: number,
  largest: Float64Array,
  chosen: Int32Array,
): void {
  for (let row = 0; row < tap.rows; row++) {
    const from = start + tap.input + row * steps.inputRowStep;
    const to = tap.output + row * steps.outputRowStep;
    for (let column = 0; column < tap.columns; column++) {
      const at = from + column * steps.inputColumnStep;
      const value = input[at] as number;
      const best = largest[to + column] as number;
      const isFirstNaN = Number.isNaN(value) && !Number.isNaN(best);
      if (value > best || isFirstNaN || chosen[to + column] === -1) {
        largest[to + column] = value;
        chosen[to + column] = at;
      }
    }
  }
}
