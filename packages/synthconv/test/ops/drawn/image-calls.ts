/** Operations on images, as they may be called. */

import type { Tensor } from "../../../src/autograd/index.js";
import {
  averagePool2d,
  batchNorm,
  conv1d,
  conv2d,
  convTranspose2d,
  gridSample,
  groupNorm,
  instanceNorm,
  maxPool2d,
  pad,
  pixelShuffle,
  pixelUnshuffle,
  resize,
} from "../../../src/ops/index.js";
import { ssim } from "../../../src/train/index.js";
import type { Call, Calls, Draw } from "./draw.js";

const BORDERS = ["constant", "reflect", "replicate", "circular"] as const;

/** Weights, and often a bias, shared by the batch or one set per sample. */
function weights(draw: Draw, batch: number, shape: readonly number[], outputs: number): Tensor[] {
  const isPerSample = draw.chance(0.5);
  const weight = draw.normals(isPerSample ? [batch, ...shape] : shape);
  if (draw.chance(0.3)) return [weight];
  return [weight, draw.normals(draw.chance(0.5) ? [batch, outputs] : [outputs])];
}

function gainsAndOffsets(draw: Draw, batch: number, channels: number): Tensor[] {
  return [0, 1].map(() => draw.normals(draw.chance(0.3) ? [batch, channels] : [channels]));
}

export const imageCalls: Calls = {
  conv2d(draw) {
    const groups = draw.pick([1, 1, 2, 3]);
    const [inputs, outputs, batch] = [draw.whole(1, 3), groups * draw.whole(1, 3), draw.whole(1, 3)];
    const options = {
      ...{ stride: draw.pair(1, 3), padding: draw.pair(0, 2), dilation: draw.pair(1, 2), groups },
    };
    const image = draw.normals([batch, groups * inputs, ...draw.pair(7, 12)]);
    const kernel = weights(draw, batch, [outputs, inputs, ...draw.pair(1, 4)], outputs);
    return {
      ...{ inputs: [image, ...kernel], options },
      run: ([x, w, b]) => conv2d(x as Tensor, w as Tensor, b, options),
    };
  },

  convTranspose2d(draw) {
    const groups = draw.pick([1, 1, 2]);
    const [inputs, ofGroup, batch] = [groups * draw.whole(1, 3), draw.whole(1, 3), draw.whole(1, 3)];
    const stride = draw.pair(1, 3);
    const options = {
      ...{ stride, padding: draw.pair(0, 1), dilation: draw.pair(1, 2), groups },
      outputPadding: [draw.whole(0, stride[0] - 1), draw.whole(0, stride[1] - 1)] as [number, number],
    };
    const image = draw.normals([batch, inputs, ...draw.pair(3, 7)]);
    const kernel = weights(draw, batch, [inputs, ofGroup, ...draw.pair(1, 4)], groups * ofGroup);
    return {
      ...{ inputs: [image, ...kernel], options },
      run: ([x, w, b]) => convTranspose2d(x as Tensor, w as Tensor, b, options),
    };
  },

  conv1d(draw) {
    const groups = draw.pick([1, 2]);
    const [inputs, outputs, batch] = [draw.whole(1, 3), groups * draw.whole(1, 3), draw.whole(1, 3)];
    const options = {
      ...{ stride: draw.whole(1, 3), dilation: draw.whole(1, 2), groups, paddingMode: draw.pick(BORDERS) },
      padding: { left: draw.whole(0, 3), right: draw.whole(0, 3) },
    };
    const row = draw.normals([batch, groups * inputs, draw.whole(8, 14)]);
    const kernel = weights(draw, batch, [outputs, inputs, draw.whole(1, 4)], outputs);
    return {
      ...{ inputs: [row, ...kernel], options },
      run: ([x, w, b]) => conv1d(x as Tensor, w as Tensor, b, options),
    };
  },

  resize(draw) {
    const mode = draw.pick(["nearest", "bilinear", "bicubic"] as const);
    const options = {
      ...{ size: draw.pair(1, 14), mode },
      ...(mode !== "nearest" && { alignCorners: draw.chance(0.5) }),
    };
    return {
      ...{ inputs: [draw.normals([draw.whole(1, 2), draw.whole(1, 3), ...draw.pair(1, 9)])], options },
      run: ([x]) => resize(x as Tensor, options),
    };
  },

  gridSample(draw) {
    const batch = draw.whole(1, 2);
    const options = {
      mode: draw.pick(["bilinear", "bilinear", "nearest"] as const),
      paddingMode: draw.pick(["zeros", "border", "reflection"] as const),
      alignCorners: draw.chance(0.5),
    };
    const image = draw.normals([batch, draw.whole(1, 3), ...draw.pair(1, 7)]);
    const grid = draw.normals([batch, ...draw.pair(1, 5), 2], 0.9);
    return {
      ...{ inputs: [image, grid], options },
      run: ([x, places]) => gridSample(x as Tensor, places as Tensor, options),
    };
  },

  pad(draw) {
    const mode = draw.pick(BORDERS);
    const [top, bottom, left, right] = draw.sides(4, 0, 3) as [number, number, number, number];
    const padding = { top, bottom, left, right };
    const options = { mode, ...(mode === "constant" && draw.chance(0.5) && { value: 2.5 }) };
    return {
      inputs: [draw.normals([draw.whole(1, 2), draw.whole(1, 3), ...draw.pair(4, 8)])],
      options: { ...options, padding },
      run: ([x]) => pad(x as Tensor, padding, options),
    };
  },

  maxPool2d: (draw) => pooled(draw, draw.pair(1, 2), maxPool2d),
  averagePool2d: (draw) => pooled(draw, undefined, averagePool2d),

  groupNorm(draw) {
    const groups = draw.whole(1, 3);
    const [batch, channels] = [draw.whole(1, 3), groups * draw.whole(1, 3)];
    const image = draw.normals([batch, channels, ...draw.pair(2, 4)]);
    return {
      ...{ inputs: [image, ...gainsAndOffsets(draw, batch, channels)], options: { groups } },
      run: ([x, gains, offsets]) => groupNorm(x as Tensor, groups, gains, offsets),
    };
  },

  instanceNorm(draw) {
    const [batch, channels] = draw.pair(1, 3);
    const image = draw.normals([batch, channels, ...draw.pair(2, 4)]);
    return {
      ...{ inputs: [image, ...gainsAndOffsets(draw, batch, channels)], options: {} },
      run: ([x, gains, offsets]) => instanceNorm(x as Tensor, gains, offsets),
    };
  },

  batchNorm(draw) {
    const [batch, channels] = [draw.whole(2, 4), draw.whole(1, 3)];
    const image = draw.normals([batch, channels, ...(draw.chance(0.5) ? draw.pair(2, 4) : [])]);
    return {
      ...{ inputs: [image, ...gainsAndOffsets(draw, batch, channels)], options: {} },
      run: ([x, gains, offsets]) => batchNorm(x as Tensor, gains, offsets),
    };
  },

  pixelShuffle(draw) {
    const factor = draw.whole(1, 3);
    return {
      inputs: [draw.normals([draw.whole(1, 2), factor ** 2 * draw.whole(1, 2), ...draw.pair(1, 4)])],
      options: { factor },
      run: ([x]) => pixelShuffle(x as Tensor, factor),
    };
  },

  pixelUnshuffle(draw) {
    const factor = draw.whole(1, 3);
    const sides = draw.pair(1, 3).map((side) => side * factor);
    return {
      ...{ inputs: [draw.normals([...draw.pair(1, 2), ...sides])], options: { factor } },
      run: ([x]) => pixelUnshuffle(x as Tensor, factor),
    };
  },

  ssim(draw) {
    const shape = [draw.whole(1, 2), draw.whole(1, 3), ...draw.pair(11, 15)];
    return {
      ...{ inputs: [draw.shares(shape), draw.shares(shape)], options: {} },
      run: ([a, b]) => ssim(a as Tensor, b as Tensor),
    };
  },
};

type Pool = typeof maxPool2d;

function pooled(draw: Draw, dilation: [number, number] | undefined, pool: Pool): Call {
  const kernel = draw.pair(1, 4);
  const options = {
    ...{ kernel, stride: draw.pair(1, 3), ...(dilation && { dilation }) },
    padding: [draw.whole(0, kernel[0] >> 1), draw.whole(0, kernel[1] >> 1)] as [number, number],
  };
  // Whole numbers: some of a window are equal.
  const shape = [draw.whole(1, 2), draw.whole(1, 3), ...draw.pair(7, 11)];
  return {
    ...{ inputs: [draw.numbers(shape, () => draw.whole(-5, 5))], options },
    run: ([x]) => pool(x as Tensor, options),
  };
}
