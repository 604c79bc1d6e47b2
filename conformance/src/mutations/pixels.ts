/** Faults of lookup tables and of networks on the pixels of image files. */
import { type Mutation, mutation } from "./mutation.js";

const luts: readonly Mutation[] = [
  mutation(
    "choice",
    "LUT: the order of green and blue is not looked at (floats)",
    "(i32x4.bitmask(f32x4.gt(green, blue)) & 1) << 4 |",
    "(i32x4.bitmask(f32x4.gt(green, red)) & 1) << 4 |",
  ),
  mutation(
    "special",
    "LUT: a pixel of NaN is one of the domain's lower bound",
    "f64x2.pmin(f64x2.pmax(x, v128.load(axes, LOW)), v128.load(axes, HIGH));",
    "f64x2.pmin(f64x2.pmax(v128.load(axes, LOW), x), v128.load(axes, HIGH));",
  ),
  mutation(
    "edge",
    "LUT: the last numbers of a lattice are not looked at",
    "for (let p = lattice; p < lattice + bytes; p += 16) {",
    "for (let p = lattice; p < last; p += 16) {",
  ),
  mutation(
    "slice",
    "LUT: the alpha of every chunk of planes is the first one's",
    "const alpha = 3 * call.count + start;",
    "const alpha = 3 * call.count + 0 * start;",
  ),
];

const interleaved: readonly Mutation[] = [
  mutation(
    "slice",
    "pixels: the thresholds of every chunk are those of the first",
    "fillThresholds(kernel, start, from, fours, dither);",
    "fillThresholds(kernel, start, first, fours, dither);",
  ),
  mutation(
    "slice",
    "pixels: strips of a dithered image begin within the thresholds' rows",
    "return Math.max(1, Math.floor(STRIP_PIXELS / rows)) * rows;",
    "return Math.max(rows, STRIP_PIXELS);",
  ),
];

export const pixels: readonly Mutation[] = [...luts, ...interleaved];
