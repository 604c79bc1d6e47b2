import { checkAxes, TENSOR } from "../autograd/kinds.js";
import type { Tensor } from "../autograd/tensor.js";
import { check, checkOptions, type Fields } from "../core/arguments.js";
import { ShapeError } from "../core/errors.js";
import { type Kind, kind, optional, record, whole } from "../core/kinds.js";
import { formatShape } from "../core/shape.js";
import { BIAS } from "./check.js";
import { conv2d } from "./conv2d.js";
import { PADDING_MODE, type PaddingMode } from "./pad.js";
import { reshape } from "./shape-ops.js";

interface Ends {
  readonly left?: number;
  readonly right?: number;
}

export interface Conv1dOptions {
  /** Default 1. */
  readonly stride?: number;
  /** Entries at both ends, `{ left, right }`, or "same", which keeps the length at stride 1. Default 0. */
  readonly padding?: number | Ends | "same";
  /** What the padding holds. Default constant: zeros. */
  readonly paddingMode?: PaddingMode;
  /** Distance between the taps of the kernel. Default 1. */
  readonly dilation?: number;
  /** The channels split into this many groups that do not see each other. Default 1. */
  readonly groups?: number;
}

const COUNT = whole(0);
const ENDS = record<Ends>({ left: optional(COUNT), right: optional(COUNT) });
const PADDING: Kind<number | Ends | "same"> = kind(
  'a whole number of 0 or more, { left, right }, or "same"',
  (value) => value === "same" || COUNT.accepts(value) || ENDS.accepts(value),
);

export const CONV1D_OPTIONS: Fields<Conv1dOptions> = {
  stride: optional(whole(1)),
  padding: optional(PADDING),
  paddingMode: optional(PADDING_MODE),
  dilation: optional(whole(1)),
  groups: optional(whole(1)),
};

/**
 * One-dimensional convolution, on the tape a `conv2d` of images of one row.
 *
 * @param x [B,C,L]
 * @param weight [O,C/groups,k] shared by the batch, or [B,O,C/groups,k], one set per sample
 * @param bias [O] or [B,O]
 * @returns [B,O,L'] with `L' = floor((L + left + right - dilation (k - 1) - 1) / stride) + 1`
 *
 * @throws {ShapeError} when the shapes do not fit, or the kernel is larger than the padded input.
 * @throws {ValueError} when an option is outside its domain or dtypes differ.
 */
export function conv1d(x: Tensor, weight: Tensor, bias?: Tensor, options: Conv1dOptions = {}): Tensor {
  check("conv1d", "x", x, TENSOR);
  check("conv1d", "weight", weight, TENSOR);
  check("conv1d", "bias", bias, BIAS);
  checkOptions("conv1d", options, CONV1D_OPTIONS);
  checkAxes("conv1d x", x, "[B,C,L]", "B is the batch, C channels, L the length.");
  if (weight.rank !== 3 && weight.rank !== 4) {
    throw new ShapeError({
      where: "conv1d weight",
      expected: "[O,C/groups,k] (shared by the batch) or [B,O,C/groups,k] (one set per sample)",
      received: formatShape(weight.shape),
      repair: "The rank says what is shared, so neither form drops an axis of size 1.",
    });
  }
  const { stride = 1, padding = 0, dilation = 1, paddingMode, groups } = options;
  const image = reshape(x, x.shape.toSpliced(2, 0, 1));
  const kernel = reshape(weight, weight.shape.toSpliced(-1, 0, 1));
  const output = conv2d(image, kernel, bias, {
    stride: [1, stride],
    padding: typeof padding === "number" ? [0, padding] : padding,
    dilation: [1, dilation],
    ...(paddingMode && { paddingMode }),
    ...(groups && { groups }),
  });
  return reshape(output, output.shape.toSpliced(2, 1));
}
