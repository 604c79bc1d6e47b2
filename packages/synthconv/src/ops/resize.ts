import { checkImage, TENSOR } from "../autograd/kinds.js";
import type { Tensor } from "../autograd/tensor.js";
import { check, checkOptions, type Fields } from "../core/arguments.js";
import { describeValue } from "../core/describe-value.js";
import { ShapeError, ValueError } from "../core/errors.js";
import { allocateUnset, type FloatArray } from "../core/float-array.js";
import { BOOLEAN, oneOf, optional } from "../core/kinds.js";
import { formatShape } from "../core/shape.js";
import { bothSides, type Pair, pair } from "./check.js";
import { linearMap } from "./linear-map.js";
import { type AxisTaps, axisTaps, type ResizeMode } from "./resize-taps.js";

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
  const rows = axisTaps(height, toHeight, mode, alignCorners);
  const columns = axisTaps(width, toWidth, mode, alignCorners);
  const planes = batch * channels;
  // What lies between the two passes: [H',W].
  const between = new Float64Array(toHeight * width);
  return linearMap(
    {
      operation: "resize",
      settings: { mode, alignCorners },
      from: x.shape,
      to: [batch, channels, toHeight, toWidth],
      apply: (data) => {
        const out = allocateUnset(x.dtype, planes * toHeight * toWidth);
        for (let plane = 0; plane < planes; plane++) {
          if (mode === "nearest") {
            pickNearest(rows, columns, data, plane * height * width, out, plane * toHeight * toWidth);
            continue;
          }
          between.fill(0);
          gatherRows(rows, width, data, plane * height * width, between);
          gatherColumns(columns, toHeight, between, out, plane * toHeight * toWidth);
        }
        return out;
      },
      adjoint: (data) => {
        const out = allocateUnset(x.dtype, x.size);
        const image = new Float64Array(height * width);
        for (let plane = 0; plane < planes; plane++) {
          image.fill(0);
          if (mode === "nearest") {
            addNearest(rows, columns, data, plane * toHeight * toWidth, image);
            out.set(image, plane * height * width);
            continue;
          }
          between.fill(0);
          scatterColumns(columns, toHeight, data, plane * toHeight * toWidth, between);
          scatterRows(rows, width, between, image);
          out.set(image, plane * height * width);
        }
        return out;
      },
    },
    x,
  );
}

/** Each pixel of a plane from the one that lies under it; a row that is read again is copied. */
function pickNearest(
  rows: AxisTaps,
  columns: AxisTaps,
  data: FloatArray,
  start: number,
  out: FloatArray,
  to: number,
): void {
  const { sources, input: width, output } = columns;
  for (let y = 0; y < rows.output; y++) {
    const row = rows.sources[y] as number;
    const at = to + y * output;
    if (y > 0 && row === rows.sources[y - 1]) {
      out.copyWithin(at, at - output, at);
      continue;
    }
    const from = start + row * width;
    for (let i = 0; i < output; i++) out[at + i] = data[from + (sources[i] as number)] as number;
  }
}

/** The adjoint of `pickNearest`. */
function addNearest(
  rows: AxisTaps,
  columns: AxisTaps,
  data: FloatArray,
  start: number,
  image: Float64Array,
): void {
  const { sources, input: width, output } = columns;
  for (let y = 0; y < rows.output; y++) {
    const to = (rows.sources[y] as number) * width;
    const from = start + y * output;
    for (let i = 0; i < output; i++) {
      const at = to + (sources[i] as number);
      image[at] = (image[at] as number) + (data[from + i] as number);
    }
  }
}

function gatherRows(taps: AxisTaps, width: number, data: FloatArray, start: number, out: Float64Array): void {
  for (let tap = 0; tap < taps.sources.length; tap++) {
    const from = start + (taps.sources[tap] as number) * width;
    const to = Math.floor(tap / taps.count) * width;
    const weight = taps.weights[tap] as number;
    for (let i = 0; i < width; i++)
      out[to + i] = (out[to + i] as number) + weight * (data[from + i] as number);
  }
}

function scatterRows(taps: AxisTaps, width: number, data: Float64Array, out: Float64Array): void {
  for (let tap = 0; tap < taps.sources.length; tap++) {
    const to = (taps.sources[tap] as number) * width;
    const from = Math.floor(tap / taps.count) * width;
    const weight = taps.weights[tap] as number;
    for (let i = 0; i < width; i++)
      out[to + i] = (out[to + i] as number) + weight * (data[from + i] as number);
  }
}

function gatherColumns(
  taps: AxisTaps,
  rows: number,
  data: Float64Array,
  out: FloatArray,
  start: number,
): void {
  const { input, output, count, sources, weights } = taps;
  if (count === 2) {
    gatherPairs(taps, rows, data, out, start);
    return;
  }
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < output; i++) {
      let sum = 0;
      for (let k = i * count; k < (i + 1) * count; k++) {
        sum += (weights[k] as number) * (data[row * input + (sources[k] as number)] as number);
      }
      out[start + row * output + i] = sum;
    }
  }
}

/** `gatherColumns` of two taps: the loop over the taps would cost more than they. */
function gatherPairs(
  { input, output, sources, weights }: AxisTaps,
  rows: number,
  data: Float64Array,
  out: FloatArray,
  start: number,
): void {
  for (let row = 0; row < rows; row++) {
    const from = row * input;
    const to = start + row * output;
    for (let i = 0, tap = 0; i < output; i++, tap += 2) {
      const first = data[from + (sources[tap] as number)] as number;
      const second = data[from + (sources[tap + 1] as number)] as number;
      out[to + i] = (weights[tap] as number) * first + (weights[tap + 1] as number) * second;
    }
  }
}

function scatterColumns(
  taps: AxisTaps,
  rows: number,
  data: FloatArray,
  start: number,
  out: Float64Array,
): void {
  const { input, output, count, sources, weights } = taps;
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < output; i++) {
      const value = data[start + row * output + i] as number;
      for (let k = i * count; k < (i + 1) * count; k++) {
        const at = row * input + (sources[k] as number);
        out[at] = (out[at] as number) + (weights[k] as number) * value;
      }
    }
  }
}
