import { checkImage, TENSOR } from "../autograd/kinds.js";
import type { Tensor } from "../autograd/tensor.js";
import { check, checkOptions, type Fields } from "../core/arguments.js";
import { describeValue } from "../core/describe-value.js";
import { ShapeError, ValueError } from "../core/errors.js";
import type { FloatArray } from "../core/float-array.js";
import { BOOLEAN, oneOf, optional } from "../core/kinds.js";
import { allocateResult } from "../core/results.js";
import { formatShape, type Shape, sizeOf } from "../core/shape.js";
import { type Direction, resamplePlanes } from "../kernels/index.js";
import { bothSides, type Pair, pair } from "./check.js";
import { linearMap } from "./linear-map.js";
import { axisTaps, type ResizeMode } from "./resize-taps.js";

export interface ResizeOptions {
  /** Pixels of the result: one number for both sides, or [height, width]. */
  readonly size: Pair;
  /** Default bilinear. */
  readonly mode?: ResizeMode;
  /** The corner pixels keep their centres; else pixels are areas. Not with nearest. Default false. */
  readonly alignCorners?: boolean;
}

const RESIZE_OPTIONS: Fields<ResizeOptions> = {
  size: pair(1),
  mode: optional(oneOf(["nearest", "bilinear", "bicubic"])),
  alignCorners: optional(BOOLEAN),
};

const asSize = (value: unknown): string | undefined =>
  pair(1).accepts(value) ? `Write resize(x, { size: ${describeValue(value)} }).` : undefined;

/**
 * The image in another size: `x` [B,C,H,W] gives [B,C,H',W'], as torch.nn.functional.interpolate without antialias.
 * When an image becomes smaller, pixels between the samples are not seen: average it first (averagePool2d).
 *
 * @throws {ShapeError} when `x` has not 4 axes or no pixels.
 * @throws {ValueError} when an option is outside its domain.
 */
export function resize(x: Tensor, options: ResizeOptions): Tensor {
  check("resize", "x", x, TENSOR);
  checkOptions("resize", options, RESIZE_OPTIONS, { repair: asSize });
  checkImage("resize", "x", x);
  const { size, mode = "bilinear", alignCorners = false } = options;
  if (mode === "nearest" && alignCorners) {
    throw new ValueError({
      where: "resize alignCorners",
      expected: "bilinear or bicubic with it",
      received: mode,
    });
  }
  const [batch, channels, height, width] = x.shape as [number, number, number, number];
  if (height === 0 || width === 0) {
    throw new ShapeError({
      where: "resize x",
      expected: "at least one pixel",
      received: formatShape(x.shape),
    });
  }
  const [toHeight, toWidth] = bothSides(size);
  const resampling = {
    planes: batch * channels,
    rows: axisTaps(height, toHeight, mode, alignCorners),
    columns: axisTaps(width, toWidth, mode, alignCorners),
  };
  const pass =
    (direction: Direction, shape: Shape) =>
    (data: FloatArray): FloatArray => {
      const out = allocateResult(x.dtype, sizeOf(shape));
      resamplePlanes(resampling, direction, data, out);
      return out;
    };
  const to = [batch, channels, toHeight, toWidth];
  return linearMap(
    {
      operation: "resize",
      settings: { mode, alignCorners },
      from: x.shape,
      to,
      apply: pass("apply", to),
      adjoint: pass("adjoint", x.shape),
    },
    x,
  );
}
