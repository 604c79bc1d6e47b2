import { checkImage, checkSameDType } from "../autograd/kinds.js";
import { Tensor } from "../autograd/tensor.js";
import { checkOptions, type Fields } from "../core/arguments.js";
import { ShapeError } from "../core/errors.js";
import { allocate } from "../core/float-array.js";
import { ABOVE_ZERO, type Kind, kind, numberAs, optional, whole } from "../core/kinds.js";
import { formatShape } from "../core/shape.js";
import { add, conv2d, divide, mean, multiply, square, subtract } from "../ops/index.js";
import { checkPair, withoutReduction } from "./loss-arguments.js";

export interface SSIMOptions {
  /** What lies between black and white. Default 1. */
  readonly range?: number;
  /** Pixels of the window's side, odd. Default 11. */
  readonly window?: number;
  /** Standard deviation of the window's Gaussian, in pixels. Default 1.5. */
  readonly sigma?: number;
}

const ODD: Kind<number> = kind(
  "an odd whole number of 1 or more",
  (value) => whole(1).accepts(value) && value % 2 === 1,
);
const OPTIONS: Fields<SSIMOptions> = {
  range: optional(ABOVE_ZERO),
  window: optional(ODD),
  sigma: optional(ABOVE_ZERO),
};

/**
 * Structural similarity of two images (Wang, Bovik, Sheikh, Simoncelli, IEEE TIP 2004), 1 where they are equal: the mean
 * over samples, channels and the windows that lie inside of the image, a tensor of one entry. As a loss, write
 * `subtract(1, ssim(prediction, target))`.
 *
 * @param prediction [B,C,H,W]
 * @param target [B,C,H,W]
 * @throws {ShapeError} when the shapes differ, or the image is smaller than the window.
 * @throws {ValueError} when an option is outside its domain or dtypes differ.
 */
export function ssim(prediction: Tensor, target: Tensor, options: SSIMOptions = {}): Tensor {
  checkOptions("ssim", options, OPTIONS, { repair: numberAs("range"), unknown: withoutReduction });
  checkPair("ssim", prediction, target);
  checkImage("ssim", "prediction", prediction);
  checkSameDType("ssim", [prediction, target]);
  const { range = 1, window = 11, sigma = 1.5 } = options;
  const [, channels, height, width] = prediction.shape as [number, number, number, number];
  if (Math.min(height, width) < window) {
    throw new ShapeError({
      where: "ssim",
      expected: `an image of at least ${window}x${window} pixels, the window`,
      received: formatShape(prediction.shape),
      repair: "Choose a smaller window, an odd number.",
    });
  }
  const gaussian = gaussianOf(window, sigma, prediction, channels);
  const average = (x: Tensor): Tensor => {
    const rows = conv2d(x, gaussian([window, 1]), undefined, { groups: channels });
    return conv2d(rows, gaussian([1, window]), undefined, { groups: channels });
  };
  const [a, b] = [average(prediction), average(target)];
  const [squareA, squareB, product] = [square(a), square(b), multiply(a, b)];
  const varianceA = subtract(average(square(prediction)), squareA);
  const varianceB = subtract(average(square(target)), squareB);
  const covariance = subtract(average(multiply(prediction, target)), product);
  // The constants of the paper keep the quotient from 0 / 0 in flat and dark parts.
  const [dark, flat] = [(0.01 * range) ** 2, (0.03 * range) ** 2];
  const top = multiply(add(multiply(product, 2), dark), add(multiply(covariance, 2), flat));
  const bottom = multiply(add(add(squareA, squareB), dark), add(add(varianceA, varianceB), flat));
  return mean(divide(top, bottom));
}

/** [C,1,kh,kw], a line of the Gaussian for each channel. */
function gaussianOf(
  window: number,
  sigma: number,
  { dtype }: Tensor,
  channels: number,
): (kernel: readonly [number, number]) => Tensor {
  const line = Float64Array.from({ length: window }, (_, i) =>
    Math.exp(-((i - (window - 1) / 2) ** 2) / (2 * sigma ** 2)),
  );
  const total = line.reduce((sum, value) => sum + value, 0);
  return (kernel: readonly [number, number]): Tensor => {
    const data = allocate(dtype, channels * window);
    for (let i = 0; i < data.length; i++) data[i] = (line[i % window] as number) / total;
    return new Tensor({ shape: [channels, 1, ...kernel], data });
  };
}
