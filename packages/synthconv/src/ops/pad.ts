import { checkImage, TENSOR } from "../autograd/kinds.js";
import type { Tensor } from "../autograd/tensor.js";
import { check, checkOptions, type Fields } from "../core/arguments.js";
import { copyRun } from "../core/copy.js";
import { ShapeError, ValueError } from "../core/errors.js";
import { allocateUnset, allocateZeros, type FloatArray } from "../core/float-array.js";
import { type Kind, NUMBER, oneOf, optional } from "../core/kinds.js";
import { type Shape, sizeOf } from "../core/shape.js";
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
  const settings = { top, bottom, left, right, mode, value };
  const map = { ...borderMap(x, rows, columns, mode === "constant"), settings };
  return linearMap(map, x, value === 0 ? undefined : filled(map.apply(x.data), value, map.to, rows, columns));
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

/** @param isEachOnce whether every pixel is in the result once, and the border has none: that of a constant. */
function borderMap(
  { shape: from, dtype, size }: Tensor,
  rows: Int32Array,
  columns: Int32Array,
  isEachOnce: boolean,
): LinearMap {
  const [height, width] = from.slice(2) as [number, number];
  const to = [...from.slice(0, 2), rows.length, columns.length];
  const planes = sizeOf(from.slice(0, 2));
  const runs = runsOf(columns);
  /** Calls `visit` with the place of each run of a row of the result, that of the entries that it is, and its length. */
  const forEach = (visit: (entry: number, source: number, length: number) => void): void => {
    for (let plane = 0; plane < planes; plane++) {
      for (let y = 0; y < rows.length; y++) {
        const row = rows[y] as number;
        if (row === -1) continue;
        const start = (plane * height + row) * width;
        const at = (plane * rows.length + y) * columns.length;
        for (const { first, source, length } of runs) visit(at + first, start + source, length);
      }
    }
  };
  const apply = (data: FloatArray): FloatArray => {
    const out = allocateZeros(dtype, sizeOf(to));
    forEach((entry, source, length) => copyRun(data, source, out, entry, length));
    return out;
  };
  const adjoint = (data: FloatArray): FloatArray => {
    if (isEachOnce) {
      const out = allocateUnset(dtype, size);
      forEach((entry, source, length) => copyRun(data, entry, out, source, length));
      return out;
    }
    return sumOfBorder(data, planes, rows, columns, [height, width], allocateUnset(dtype, size));
  };
  return { operation: "pad", from, to, apply, adjoint };
}

/** Of each entry of an axis the places of the padded one that are read from it. */
function readersOf(sources: Int32Array, size: number): readonly (readonly number[])[] {
  const readers = Array.from({ length: size }, (): number[] => []);
  sources.forEach((source, at) => {
    readers[source]?.push(at);
  });
  return readers;
}

/**
 * The adjoint of a border that repeats the image: up to nine entries of the border are one pixel, and their gradients add up in
 * float64. Most pixels are one entry, and follow each other.
 */
function sumOfBorder(
  data: FloatArray,
  planes: number,
  rows: Int32Array,
  columns: Int32Array,
  [height, width]: readonly [number, number],
  out: FloatArray,
): FloatArray {
  const [ofRows, ofColumns] = [readersOf(rows, height), readersOf(columns, width)];
  const single = runsOf(
    Int32Array.from(ofColumns, (places) => (places.length === 1 ? (places[0] as number) : -1)),
  );
  const all = [...ofColumns.keys()];
  const several = all.filter((x) => ofColumns[x]?.length !== 1);
  for (let plane = 0; plane < planes; plane++) {
    const start = plane * rows.length;
    for (let y = 0; y < height; y++) {
      const at = (plane * height + y) * width;
      const places = ofRows[y] as readonly number[];
      const isSingle = places.length === 1;
      const from = (start + (places[0] as number)) * columns.length;
      if (isSingle)
        for (const { first, source, length } of single) copyRun(data, from + source, out, at + first, length);
      for (const x of isSingle ? several : all) {
        let sum = 0;
        for (const row of places) {
          for (const column of ofColumns[x] as readonly number[]) {
            sum += data[(start + row) * columns.length + column] as number;
          }
        }
        out[at + x] = sum;
      }
    }
  }
  return out;
}

/** Places of a row that are read from places which follow each other. */
interface Run {
  readonly first: number;
  readonly source: number;
  length: number;
}

function runsOf(sources: Int32Array): readonly Run[] {
  const runs: Run[] = [];
  sources.forEach((source, at) => {
    if (source === -1) return;
    const last = runs.at(-1);
    const follows = last?.first === at - (last?.length ?? 0) && last.source + last.length === source;
    if (last !== undefined && follows) last.length++;
    else runs.push({ first: at, source, length: 1 });
  });
  return runs;
}

function filled(
  data: FloatArray,
  value: number,
  to: Shape,
  rows: Int32Array,
  columns: Int32Array,
): FloatArray {
  const plane = rows.length * columns.length;
  for (let start = 0; start < sizeOf(to); start += plane) {
    rows.forEach((row, y) => {
      columns.forEach((column, x) => {
        if (row === -1 || column === -1) data[start + y * columns.length + x] = value;
      });
    });
  }
  return data;
}
