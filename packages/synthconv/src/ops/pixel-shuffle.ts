/** Channels to pixels and back (Shi et al., "Real-time single image and video super-resolution ...", CVPR 2016). */
import { checkImage, TENSOR } from "../autograd/kinds.js";
import type { Tensor } from "../autograd/tensor.js";
import { check } from "../core/arguments.js";
import { ShapeError } from "../core/errors.js";
import { whole } from "../core/kinds.js";
import { formatShape } from "../core/shape.js";
import { rearrange } from "./rearrange.js";

/**
 * Every group of `factor`^2 channels becomes a block of `factor` x `factor` pixels of one channel, row by row:
 * `x` [B,C r^2,H,W] gives [B,C,H r,W r] (torch.nn.PixelShuffle).
 *
 * @throws {ShapeError} when `x` has not 4 axes, or its channels are no multiple of `factor`^2.
 * @throws {ValueError} when the factor is no whole number of 1 or more.
 */
export function pixelShuffle(x: Tensor, factor: number): Tensor {
  const [batch, channels, height, width] = checkedImage("pixelShuffle", x, factor);
  const inner = channels / factor ** 2;
  if (!Number.isInteger(inner)) {
    throw new ShapeError({
      where: "pixelShuffle",
      expected: `channels that are a multiple of ${factor}*${factor} = ${factor ** 2}`,
      received: `${channels} in ${formatShape(x.shape)}`,
    });
  }
  const plane = height * width;
  return rearrange("pixelShuffle", x, {
    steps: [channels * plane, factor ** 2 * plane, width, factor * plane, 1, plane],
    view: [batch, inner, height, factor, width, factor],
    to: [batch, inner, height * factor, width * factor],
    settings: { factor },
  });
}

/**
 * The inverse of `pixelShuffle`: `x` [B,C,H,W] gives [B,C r^2,H/r,W/r] (torch.nn.PixelUnshuffle).
 *
 * @throws {ShapeError} when `x` has not 4 axes, or its height or width is no multiple of `factor`.
 * @throws {ValueError} when the factor is no whole number of 1 or more.
 */
export function pixelUnshuffle(x: Tensor, factor: number): Tensor {
  const [batch, channels, height, width] = checkedImage("pixelUnshuffle", x, factor);
  if (height % factor !== 0 || width % factor !== 0) {
    throw new ShapeError({
      where: "pixelUnshuffle",
      expected: `a height and width that are multiples of ${factor}`,
      received: `${height} and ${width} in ${formatShape(x.shape)}`,
      repair: "Pad the image first.",
    });
  }
  const plane = height * width;
  return rearrange("pixelUnshuffle", x, {
    steps: [channels * plane, plane, width, 1, factor * width, factor],
    view: [batch, channels, factor, factor, height / factor, width / factor],
    to: [batch, channels * factor ** 2, height / factor, width / factor],
    settings: { factor },
  });
}

function checkedImage(where: string, x: Tensor, factor: number): [number, number, number, number] {
  check(where, "x", x, TENSOR);
  check(where, "factor", factor, whole(1));
  checkImage(where, "x", x);
  return [...x.shape] as [number, number, number, number];
}
