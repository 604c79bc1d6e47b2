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
    "edge",
    "LUT: the last cell is left out",
    "f64x2.floor(position)), v128.load(axes, LAST_CELL));",
    "f64x2.floor(position)), f64x2.sub(v128.load(axes, LAST_CELL), f64x2.splat(1)));",
  ),
  mutation(
    "special",
    "LUT: a pixel of NaN is one of the domain's lower bound",
    "f64x2.pmin(f64x2.pmax(x, v128.load(axes, LOW)), v128.load(axes, HIGH));",
    "f64x2.pmin(f64x2.pmax(v128.load(axes, LOW), x), v128.load(axes, HIGH));",
  ),
  mutation(
    "edge",
    "LUT: pixels beyond the domain are not clamped to its upper bound",
    "f64x2.pmin(f64x2.pmax(x, v128.load(axes, LOW)), v128.load(axes, HIGH));",
    "f64x2.pmax(x, v128.load(axes, LOW));",
  ),
  mutation(
    "geometry",
    "LUT: the far face has the near face's green",
    "far = multiplyAdd(f32x4.sub(along(start + stepGreen + stepBlue, red), far), green, far);",
    "far = multiplyAdd(f32x4.sub(along(start + stepBlue, red), far), green, far);",
  ),
  mutation(
    "geometry",
    "LUT: the third of four pixels has its neighbour's order (8 bits)",
    "inputs, source + 2 * channels, order >> 2,",
    "inputs, source + 2 * channels, order >> 1,",
  ),
  mutation(
    "special",
    "LUT: whole numbers are cut off and not rounded (exact)",
    "f64x2.mul(colour, f64x2.splat(<f64>most)), f64x2.splat(0.5));",
    "f64x2.mul(colour, f64x2.splat(<f64>most)), f64x2.splat(0));",
  ),
  mutation(
    "term",
    "LUT: alpha is that of the lattice (exact, 16 bits)",
    "if (channels == 4) colour = v128.load16_lane(source, colour, 3, 6);",
    "",
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
  mutation(
    "slice",
    "LUT: every chunk of a plane is the first one",
    "const at = (plane * call.count + start) * pixelBytes;",
    "const at = (plane * call.count + 0 * start) * pixelBytes;",
  ),
  mutation(
    "special",
    "LUT: whole numbers are cut off and not rounded (reference)",
    "Math.floor(Math.min(Math.max(value * scale + 0.5, 0), scale));",
    "Math.floor(Math.min(Math.max(value * scale, 0), scale));",
  ),
  mutation(
    "choice",
    "LUT: curves before colours beyond 0 to 1 are left out",
    "if (shaper !== undefined || !writeAxes(",
    "if (!writeAxes(",
  ),
];

const interleaved: readonly Mutation[] = [
  mutation(
    "special",
    "pixels: 16 bits are divided by 65536",
    "return multiplyAdd(values, head, f32x4.mul(values, rest));",
    "return f32x4.mul(values, head);",
  ),
  mutation(
    "tail",
    "pixels: the alpha of the third and fourth pixel of four is overwritten (16 bits)",
    "v128.store(target, v128.bitselect(v128.load(target, 16), nextTwo, alphas), 16);",
    "v128.store(target, nextTwo, 16);",
  ),
  mutation(
    "geometry",
    "pixels: the thresholds of a row start at its first column",
    "((column + i) & 7) << 2",
    "(i & 7) << 2",
  ),
  mutation(
    "edge",
    "pixels: every row of thresholds begins in the column of the first",
    "pixels -= run;\n    column = 0;",
    "pixels -= run;",
  ),
  mutation(
    "slice",
    "pixels: the thresholds of every chunk are those of the first",
    "fillThresholds(kernel, start, from, fours, dither);",
    "fillThresholds(kernel, start, first, fours, dither);",
  ),
  mutation(
    "term",
    "pixels: a share of a look is measured from the result",
    "multiplyAdd(s, f32x4.sub(v128.load(output + offset), x), x)",
    "multiplyAdd(s, f32x4.sub(v128.load(output + offset), x), v128.load(output + offset))",
  ),
  mutation(
    "special",
    "pixels: 8 bits are cut off and not rounded",
    "let threshold = f32x4.splat(0.5);",
    "let threshold = f32x4.splat(0);",
  ),
  mutation(
    "slice",
    "pixels: a range begins at the first pixel",
    "run({ first: call.first + first, end: call.first + end });",
    "run({ first, end: call.first + end });",
  ),
  mutation(
    "slice",
    "pixels: strips of a dithered image begin within the thresholds' rows",
    "return Math.max(1, Math.floor(STRIP_PIXELS / rows)) * rows;",
    "return Math.max(rows, STRIP_PIXELS);",
  ),
  mutation(
    "edge",
    "pixels: thresholds of the reference change places",
    "const column = (pixel % width) % DITHER_SIDE;\n  const row",
    "const column = Math.floor(pixel / width) % DITHER_SIDE;\n  const row",
  ),
];

export const pixels: readonly Mutation[] = [...luts, ...interleaved];
