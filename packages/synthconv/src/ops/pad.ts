import { checkImage, TENSOR } from "../autograd/kinds.js";
import { numbersOf } from "../autograd/numbers.js";
import type { Tensor } from "../autograd/tensor.js";
import { check, checkOptions, type Fields } from "../core/arguments.js";
import { ShapeError, ValueError } from "../core/errors.js";
import type { FloatArray } from "../core/float-array.js";
import { type Kind, NUMBER, oneOf, optional } from "../core/kinds.js";
import { allocateResult } from "../core/results.js";
import { sizeOf } from "../core/shape.js";
import { movePlanes, type Places } from "../kernels/index.js";
import { addBorder } from "./border-sums.js";
import { PADDING, type Padding, sidesOf } from "./check.js";
import { type LinearMap, linearMap } from "./linear-map.js";

/** What stands around an image: a number, its mirror image without the edge, its edge, its other end. */
export type PaddingMode = "constant" | "reflect" | "replicate" | "circular";

export interface PadOptions {
  /** Default constant. */
  readonly mode?: PaddingMode;
  /** Of the mode constant. Default 0. */
  readonly value?: number;
}

export const PADDING_MODE: Kind<PaddingMode> = oneOf(["constant", "reflect", "replicate", "circular"]);
const PAD_OPTIONS: Fields<PadOptions> = { mode: optional(PADDING_MODE), value: optional(NUMBER) };

/**
 * The image with a border: `x` [B,C,H,W] gives [B,C,top + H + bottom,left + W + right] (torch.nn.functional.pad).
 *
 * @param padding pixels: one number, `[vertical, horizontal]`, or `{ top, bottom, left, right }`, each 0 where left out.
 * @throws {ShapeError} when `x` has not 4 axes, or the image is too small for the mode: reflect needs more pixels than
 *   the border, circular as many, replicate one.
 * @throws {ValueError} when an option is outside its domain.
 */
export function pad(x: Tensor, padding: Padding, options: PadOptions = {}): Tensor {
  check("pad", "x", x, TENSOR);
  check("pad", "padding", padding, PADDING);
  checkOptions("pad", options, PAD_OPTIONS);
  checkImage("pad", "x", x);
  const { mode = "constant", value = 0 } = options;
  if (mode !== "constant" && options.value !== undefined) {
    throw new ValueError({ where: "pad value", expected: "the mode constant with it", received: mode });
  }
  const { top, bottom, left, right } = sidesOf(padding);
  const [height, width] = x.shape.slice(2) as [number, number];
  const rows = sources("pad height", height, top, bottom, mode);
  const columns = sources("pad width", width, left, right, mode);
  const places = { planes: sizeOf(x.shape.slice(0, 2)), from: [height, width], rows, columns } as const;
  const border = { places, top, left, isRead: mode !== "constant" };
  const map = borderMap(x, border);
  const settings = { top, bottom, left, right, mode, value };
  return linearMap({ ...map, settings }, x, value === 0 ? undefined : map.applyWith(numbersOf(x), value));
}

/** Of each entry of a padded axis the entry that it is read from; -1 for the constant. */
function sources(where: string, size: number, before: number, after: number, mode: PaddingMode): Int32Array {
  const most = Math.max(before, after);
  const least = {
    constant: 0,
    reflect: most === 0 ? 0 : most + 1,
    replicate: Math.min(most, 1),
    circular: most,
  }[mode];
  if (size < least) {
    throw new ShapeError({
      where,
      expected: `at least ${least} pixels for ${most} of ${mode} padding`,
      received: String(size),
      repair: "Pad less, or with the mode constant.",
    });
  }
  return Int32Array.from({ length: before + size + after }, (_, i) => {
    const at = i - before;
    if (at >= 0 && at < size) return at;
    if (mode === "constant") return -1;
    if (mode === "replicate") return at < 0 ? 0 : size - 1;
    if (mode === "circular") return (at + size) % size;
    return at < 0 ? -at : 2 * (size - 1) - at;
  });
}

interface Border {
  readonly places: Places;
  readonly top: number;
  readonly left: number;
  /** Whether the border is read from the image, and not a constant. */
  readonly isRead: boolean;
}

interface BorderMap extends LinearMap {
  /** The result with a constant around it. */
  readonly applyWith: (data: FloatArray, value: number) => FloatArray;
}

function borderMap({ shape, dtype, size }: Tensor, { places, top, left, isRead }: Border): BorderMap {
  const { planes, from, rows, columns } = places;
  const to = [...shape.slice(0, 2), rows.length, columns.length];
  const image: Places = {
    ...{ planes, from: [rows.length, columns.length] },
    ...{ rows: placesFrom(top, from[0]), columns: placesFrom(left, from[1]) },
  };
  const applyWith = (data: FloatArray, value: number): FloatArray => {
    const out = allocateResult(dtype, sizeOf(to));
    movePlanes(places, data, out, value);
    return out;
  };
  const adjoint = (data: FloatArray): FloatArray => {
    const out = allocateResult(dtype, size);
    movePlanes(image, data, out);
    if (isRead) addBorder(places, data, out);
    return out;
  };
  return { operation: "pad", from: shape, to, apply: (data) => applyWith(data, 0), applyWith, adjoint };
}

function placesFrom(first: number, count: number): Int32Array {
  return Int32Array.from({ length: count }, (_, at) => first + at);
}
