/** The options of `conv2d`, and the padding that the kernels do not do themselves. */
import { checkImage, TENSOR } from "../autograd/kinds.js";
import type { Tensor } from "../autograd/tensor.js";
import { check, checkOptions, type Fields } from "../core/arguments.js";
import { ValueError } from "../core/errors.js";
import { type Kind, kind, optional, whole } from "../core/kinds.js";
import { BIAS, bothSides, PADDING, type Padding, type Pair, pair, type Sides, sidesOf } from "./check.js";
import { PADDING_MODE, type PaddingMode, pad } from "./pad.js";

export interface Conv2dOptions {
  /** Default 1. */
  readonly stride?: Pair;
  /**
   * Pixels around the image: a number, `[vertical, horizontal]`, or `{ top, bottom, left, right }`; "same" keeps the size
   * at stride 1 (an even kernel has the odd pixel at the bottom and on the right, as in PyTorch). Default 0.
   */
  readonly padding?: Padding | "same";
  /** What the padding holds. Default constant: zeros. */
  readonly paddingMode?: PaddingMode;
  /** Distance between the taps of the kernel. Default 1. */
  readonly dilation?: Pair;
  /** The channels split into this many groups that do not see each other. Default 1. */
  readonly groups?: number;
}

const CONV2D_PADDING: Kind<Padding | "same"> = kind(
  `${PADDING.expected}, or "same"`,
  (value) => value === "same" || PADDING.accepts(value),
  (value) => (value === "valid" ? "Leave it out for none." : PADDING.repair?.(value)),
);

export const CONV2D_OPTIONS: Fields<Conv2dOptions> = {
  stride: optional(pair(1)),
  padding: optional(CONV2D_PADDING),
  paddingMode: optional(PADDING_MODE),
  dilation: optional(pair(1)),
  groups: optional(whole(1)),
};

type Both = readonly [vertical: number, horizontal: number];

/** What the kernels take: as many zeros on both sides of an axis. */
export interface Conv2dGeometry {
  readonly stride: Both;
  readonly padding: Both;
  readonly dilation: Both;
  readonly groups: number;
}

/** The image as the kernels take it, with what is left of the options. */
export function conv2dGeometry(
  image: Tensor,
  weight: Tensor,
  bias: Tensor | undefined,
  options: Conv2dOptions,
): { readonly image: Tensor; readonly geometry: Conv2dGeometry } {
  check("conv2d", "image", image, TENSOR);
  check("conv2d", "weight", weight, TENSOR);
  check("conv2d", "bias", bias, BIAS);
  checkOptions("conv2d", options, CONV2D_OPTIONS);
  checkImage("conv2d", "image", image);
  const { groups = 1, padding = 0, paddingMode = "constant" } = options;
  const [stride, dilation] = [bothSides(options.stride ?? 1), bothSides(options.dilation ?? 1)];
  const sides = padding === "same" ? sameSides(weight, stride, dilation) : sidesOf(padding);
  const { top, bottom, left, right } = sides;
  const isEven = top === bottom && left === right;
  if (paddingMode === "constant" && isEven) {
    return { image, geometry: { stride, padding: [top, left], dilation, groups } };
  }
  const geometry = { stride, padding: [0, 0], dilation, groups } as const;
  return { image: pad(image, sides, { mode: paddingMode }), geometry };
}

function sameSides(weight: Tensor, stride: Both, dilation: Both): Required<Sides> {
  if (stride[0] !== 1 || stride[1] !== 1) {
    throw new ValueError({
      where: "conv2d padding",
      expected: 'a stride of 1 with "same"',
      received: `[${stride}]`,
      repair: "With a stride the size cannot stay: write the padding in pixels.",
    });
  }
  const [vertical, horizontal] = dilation.map(
    (step, side) => step * ((weight.shape.at(side - 2) ?? 1) - 1),
  ) as [number, number];
  const [top, left] = [vertical >> 1, horizontal >> 1];
  return { top, bottom: vertical - top, left, right: horizontal - left };
}
