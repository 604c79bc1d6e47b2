import { checkImage, TENSOR } from "../autograd/kinds.js";
import type { Tensor } from "../autograd/tensor.js";
import { check, checkOptions, type Fields } from "../core/arguments.js";
import { describeValue } from "../core/describe-value.js";
import { optional } from "../core/kinds.js";
import { allocateResult } from "../core/results.js";
import { addTap, addTapTransposed } from "../core/window.js";
import { type Pair, pair } from "./check.js";
import { linearMap } from "./linear-map.js";
import { poolWindow, settingsOf } from "./pool-window.js";
import { mean } from "./reduce.js";

export interface PoolOptions {
  readonly kernel: Pair;
  /** Default: the kernel, so that the windows do not overlap. */
  readonly stride?: Pair;
  /** Zeros around the image, which count in the average. At most half the kernel. Default 0. */
  readonly padding?: Pair;
}

const POOL_OPTIONS: Fields<PoolOptions> = {
  kernel: pair(1),
  stride: optional(pair(1)),
  padding: optional(pair(0)),
};

function asKernel(value: unknown): string | undefined {
  return pair(1).accepts(value) ? `Write averagePool2d(x, { kernel: ${describeValue(value)} }).` : undefined;
}

/**
 * The average over each position of a window: `x` [B,C,H,W] gives [B,C,H',W'] with
 * `H' = floor((H + 2 padding - kh) / stride) + 1`. Padding counts in the average, as PyTorch does by default.
 *
 * @throws {ShapeError} when `x` has not 4 axes or the window is larger than the padded image.
 * @throws {ValueError} when an option is outside its domain.
 */
export function averagePool2d(x: Tensor, options: PoolOptions): Tensor {
  check("averagePool2d", "x", x, TENSOR);
  checkOptions("averagePool2d", options, POOL_OPTIONS, { repair: asKernel });
  const { kernel, stride = kernel, padding = 0 } = options;
  checkImage("averagePool2d", "x", x);
  const [batch, channels, height, width] = x.shape as [number, number, number, number];
  const window = poolWindow("averagePool2d", [height, width], { kernel, stride, padding, dilation: 1 });
  const planes = batch * channels;
  const weight = 1 / window.taps.length;
  return linearMap(
    {
      operation: "averagePool2d",
      settings: settingsOf({ kernel, stride, padding, dilation: 1 }),
      from: x.shape,
      to: [batch, channels, window.outputHeight, window.outputWidth],
      apply: (data) => {
        const average = new Float64Array(window.outputSize);
        const out = allocateResult(x.dtype, planes * window.outputSize);
        for (let plane = 0; plane < planes; plane++) {
          average.fill(0);
          const start = plane * window.inputSize;
          for (const tap of window.taps) addTap(window, tap, weight, data, start, average, 0);
          out.set(average, plane * window.outputSize);
        }
        return out;
      },
      adjoint: (data) => {
        const spread = new Float64Array(window.inputSize);
        const out = allocateResult(x.dtype, x.size);
        for (let plane = 0; plane < planes; plane++) {
          spread.fill(0);
          const start = plane * window.outputSize;
          for (const tap of window.taps) addTapTransposed(window, tap, weight, data, start, spread, 0);
          out.set(spread, plane * window.inputSize);
        }
        return out;
      },
    },
    x,
  );
}

/**
 * The average over all pixels: `x` [B,C,H,W] gives [B,C]; NaN for an image without pixels.
 *
 * @throws {ShapeError} when `x` has not 4 axes.
 */
export function globalAveragePool(x: Tensor): Tensor {
  check("globalAveragePool", "x", x, TENSOR);
  checkImage("globalAveragePool", "x", x);
  return mean(x, { axes: [2, 3] });
}
