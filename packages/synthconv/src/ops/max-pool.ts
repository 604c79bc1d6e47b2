import { checkImage, TENSOR } from "../autograd/kinds.js";
import { numbersOf } from "../autograd/numbers.js";
import type { Tensor } from "../autograd/tensor.js";
import { check, checkOptions, type Fields } from "../core/arguments.js";
import { describeValue } from "../core/describe-value.js";
import { allocateZeros, type FloatArray, toDType } from "../core/float-array.js";
import { optional } from "../core/kinds.js";
import { allocateResult } from "../core/results.js";
import { type Pair, pair } from "./check.js";
import { linearMap } from "./linear-map.js";
import { type PoolSettings, poolWindow, settingsOf } from "./pool-window.js";

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
  const settings = settingsOf({ kernel, stride, padding, dilation });
  const down = positionsOf(window.outputHeight, height, settings, 0);
  const across = positionsOf(window.outputWidth, width, settings, 1);
  const chosen = largestPixels(numbersOf(x), batch * channels, [height, width], down, across);
  const isEachOnce = down.areApart && across.areApart;
  return linearMap(
    {
      operation: "maxPool2d",
      settings,
      from: x.shape,
      to: [batch, channels, window.outputHeight, window.outputWidth],
      apply: (data) => {
        const out = allocateResult(x.dtype, chosen.length);
        for (let i = 0; i < out.length; i++) {
          const at = chosen[i] as number;
          out[i] = at === -1 ? Number.NEGATIVE_INFINITY : (data[at] as number);
        }
        return out;
      },
      adjoint: (data) => {
        // A pixel of one window has one gradient; those of several add up in float64.
        const sums = isEachOnce ? allocateZeros(x.dtype, x.size) : new Float64Array(x.size);
        for (let i = 0; i < chosen.length; i++) {
          const at = chosen[i] as number;
          if (at !== -1) sums[at] = (sums[at] as number) + (data[i] as number);
        }
        return toDType(sums, x.dtype);
      },
    },
    x,
  );
}

/** The pixels that a window sees along an axis, at each of its positions. */
interface Positions {
  readonly first: Int32Array;
  readonly counts: Int32Array;
  /** From one of them to the next. */
  readonly step: number;
  /** Whether no pixel is seen from two positions. */
  readonly areApart: boolean;
}

function positionsOf(outputs: number, pixels: number, settings: PoolSettings, axis: 0 | 1): Positions {
  const [kernel, stride] = [settings.kernel[axis], settings.stride[axis]];
  const [padding, dilation] = [settings.padding[axis], settings.dilation[axis]];
  const [first, counts] = [new Int32Array(outputs), new Int32Array(outputs)];
  for (let i = 0; i < outputs; i++) {
    const start = i * stride - padding;
    const least = Math.max(0, Math.ceil(-start / dilation));
    const end = Math.min(kernel, Math.floor((pixels - 1 - start) / dilation) + 1);
    first[i] = start + least * dilation;
    counts[i] = Math.max(0, end - least);
  }
  return { first, counts, step: dilation, areApart: stride > dilation * (kernel - 1) };
}

/**
 * Of every output the pixel that it is: the first NaN of its window, or else the first of the largest; -1 where the window lies
 * between the pixels and sees none.
 */
function largestPixels(
  data: FloatArray,
  planes: number,
  [height, width]: readonly [number, number],
  down: Positions,
  across: Positions,
): Int32Array {
  const [rows, columns] = [down.first.length, across.first.length];
  const chosen = new Int32Array(planes * rows * columns);
  for (let plane = 0, at = 0; plane < planes; plane++) {
    for (let y = 0; y < rows; y++) {
      const first = plane * height * width + (down.first[y] as number) * width;
      const count = down.counts[y] as number;
      for (let x = 0; x < columns; x++, at++) {
        const start = first + (across.first[x] as number);
        chosen[at] = largestOf(
          data,
          start,
          count,
          down.step * width,
          across.counts[x] as number,
          across.step,
        );
      }
    }
  }
  return chosen;
}

function largestOf(
  data: FloatArray,
  start: number,
  rows: number,
  rowStep: number,
  columns: number,
  step: number,
): number {
  if (rows === 0 || columns === 0) return -1;
  let chosen = start;
  let best = data[start] as number;
  for (let row = 0, from = start; row < rows; row++, from += rowStep) {
    for (let column = 0, at = from; column < columns; column++, at += step) {
      const value = data[at] as number;
      // Nothing is larger than the first NaN, which only another one would replace.
      if (value > best || (Number.isNaN(value) && !Number.isNaN(best))) {
        best = value;
        chosen = at;
      }
    }
  }
  return chosen;
}
