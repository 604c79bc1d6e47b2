/** Borders, windows, other sizes, and convolutions that make larger. */
import { ops, type Tensor } from "../../library.js";
import type { Random } from "../../random.js";
import type { OperationRow } from "./row.js";

const MODES = ["constant", "reflect", "replicate", "circular"] as const;
const RESIZES = ["nearest", "bilinear", "bicubic"] as const;

function imageOf(random: Random, least = 1): number[] {
  const side = (): number => least + random.axis(14) - 1;
  return [random.integer(0, 2), random.integer(1, 3), side(), side()];
}

const pad: OperationRow["call"] = ([x], { axes: [mode, top, bottom, left, right], flag }) => {
  const isConstant = mode === 0;
  const options = {
    mode: MODES[mode as number] as (typeof MODES)[number],
    ...(isConstant && flag && { value: 0.5 }),
  };
  return ops.pad(
    x as Tensor,
    { top: top as number, bottom: bottom as number, left: left as number, right: right as number },
    options,
  );
};

const resizeOf =
  (mode: (typeof RESIZES)[number]): OperationRow["call"] =>
  ([x], { axes, flag }) =>
    ops.resize(x as Tensor, {
      size: [axes[0] as number, axes[1] as number],
      mode,
      alignCorners: flag && mode !== "nearest",
    });

/** Weights of both signs: all pixels that may be among the terms, each as if it weighed 1. */
const aroundEach: OperationRow["call"] = ([x], one) => {
  const wide = ops.pad(x as Tensor, 3, { mode: "replicate" });
  return resizeOf("nearest")([ops.multiply(ops.averagePool2d(wide, { kernel: 7, stride: 1 }), 49)], one);
};

const transposed: OperationRow["call"] = (
  [x, weight, bias],
  { axes: [stride = 1, padding = 0, more, dilation, groups], flag },
) =>
  ops.convTranspose2d(x as Tensor, weight as Tensor, flag ? bias : undefined, {
    stride,
    padding,
    outputPadding: more as number,
    dilation: dilation as number,
    groups: groups as number,
  });

const conv1d: OperationRow["call"] = ([x, weight, bias], { axes: [stride, left, right, dilation], flag }) =>
  ops.conv1d(x as Tensor, weight as Tensor, flag ? bias : undefined, {
    stride: stride as number,
    padding: { left: left as number, right: right as number },
    dilation: dilation as number,
  });

export const resampling: readonly OperationRow[] = [
  {
    name: "pad",
    inputs: ["a"],
    draw: (random) => {
      const a = imageOf(random, 2);
      const [height, width] = a.slice(2) as [number, number];
      const border = (side: number): number => random.integer(0, Math.min(4, side - 1));
      const axes = [random.integer(0, 3), border(height), border(height), border(width), border(width)];
      return { a, axes, flag: random.chance(0.5) };
    },
    call: pad,
  },
  {
    name: "maxPool2d",
    inputs: ["a"],
    hasJumps: true,
    draw: (random) => ({
      a: imageOf(random, 5),
      axes: [random.integer(1, 3), random.integer(1, 3), random.integer(1, 4), random.integer(1, 2)],
      flag: random.chance(0.5),
    }),
    call: ([x], { axes: [height, width, stride, dilation], flag }) => {
      const kernel = [height as number, width as number] as const;
      const padding = flag ? ([kernel[0] >> 1, kernel[1] >> 1] as const) : 0;
      return ops.maxPool2d(x as Tensor, {
        kernel,
        stride: stride as number,
        dilation: dilation as number,
        padding,
      });
    },
  },
  ...RESIZES.map((mode): OperationRow => {
    return {
      name: mode === "bilinear" ? "resize" : `resize, ${mode}`,
      inputs: ["a"],
      draw: (random) => ({
        a: imageOf(random),
        axes: [random.axis(20), random.axis(20)],
        flag: random.chance(0.5),
      }),
      call: resizeOf(mode),
      ofSizes: mode === "bicubic" ? aroundEach : resizeOf(mode),
    };
  }),
  {
    name: "convTranspose2d",
    inputs: ["a", "b", "c"],
    draw: (random) => {
      const groups = random.integer(1, 2);
      const [inputs, outputs] = [groups * random.integer(1, 3), random.integer(1, 3)];
      // 3x3 kernels without stride and dilation are those of the form conv2d, by its own bounds.
      const kernel = [random.pick([1, 2, 4, 5]), random.integer(1, 4)];
      const [batch, height, width] = [random.integer(1, 2), 3 + random.axis(7), 3 + random.axis(7)];
      const weight = [inputs, outputs, ...kernel];
      const stride = random.integer(1, 3);
      return {
        a: [batch, inputs, height, width],
        b: random.chance(0.5) ? [batch, ...weight] : weight,
        c: random.chance(0.5) ? [batch, outputs * groups] : [outputs * groups],
        axes: [stride, random.integer(0, 1), random.integer(0, stride - 1), random.integer(1, 2), groups],
        flag: random.chance(0.5),
      };
    },
    call: transposed,
    ofSizes: transposed,
  },
  {
    name: "conv1d",
    inputs: ["a", "b", "c"],
    draw: (random) => {
      const [batch, channels, outputs] = [random.integer(1, 3), random.integer(1, 4), random.integer(1, 4)];
      const weight = [outputs, channels, random.integer(1, 5)];
      return {
        a: [batch, channels, 9 + random.axis(30)],
        b: random.chance(0.5) ? [batch, ...weight] : weight,
        c: [outputs],
        axes: [random.integer(1, 3), random.integer(0, 3), random.integer(0, 3), random.integer(1, 2)],
        flag: random.chance(0.5),
      };
    },
    call: conv1d,
    ofSizes: conv1d,
  },
];
