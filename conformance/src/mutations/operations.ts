/** Faults of what operations do to entries, and of moves. */
import { type Mutation, mutation } from "./mutation.js";

export const operations: readonly Mutation[] = [
  mutation(
    "special",
    "power: a number below 0 keeps its sign under even exponents",
    "v128.and(f64x2.ne(half, f64x2.nearest(half)), f64x2.eq(b, f64x2.nearest(b)))",
    "v128.and(f64x2.eq(half, f64x2.nearest(half)), f64x2.eq(b, f64x2.nearest(b)))",
  ),
  mutation(
    "choice",
    "entries: the first block of a chunk keeps numbers beyond the domain",
    "if (kernel(BYTES * at, length) !== 0) reference(at, length);",
    "if (kernel(BYTES * at, length) !== 0 && at > 0) reference(at, length);",
  ),
  mutation(
    "tail",
    "entries: of four vectors the last may lie beyond the domain",
    "v128.and(hasValue(code, c), hasValue(code, d))",
    "hasValue(code, c)",
  ),
  mutation(
    "tail",
    "entries: the numbers behind whole turns of four vectors are not looked at",
    "inside = v128.and(inside, hasValue(code, x));",
    "",
  ),
  mutation(
    "tail",
    "softmax: of four vectors the last may have denormal exponentials",
    "inside = v128.and(inside, v128.and(hasPower(c, most), hasPower(d, most)));",
    "inside = v128.and(inside, hasPower(c, most));",
  ),
  mutation(
    "tail",
    "softmax: the exponentials behind whole turns of four vectors are not looked at",
    "inside = v128.and(inside, v128.or(hasPower(entry, most), v128.not(isLine)));",
    "",
  ),
  mutation(
    "tail",
    "softmax of columns: of four rows the last may have denormal exponentials",
    "const ofLast = v128.and(hasPower(c, most), hasPower(d, most));",
    "const ofLast = hasPower(c, most);",
  ),
  mutation(
    "sum",
    "softmax of columns: of four rows the last is not counted",
    "low(ofB)), low(ofC)), low(ofD));\n      second = f64x2.add(f64x2.add(f64x2.add(f64x2.add(second, high(ofA)), high(ofB)), high(ofC)), high(ofD));\n    }\n    for (; at < size",
    "low(ofB)), low(ofC)), f64x2.splat(0));\n      second = f64x2.add(f64x2.add(f64x2.add(f64x2.add(second, high(ofA)), high(ofB)), high(ofC)), high(ofD));\n    }\n    for (; at < size",
  ),
  mutation(
    "tail",
    "log softmax: of four vectors the last gradient may have no digits",
    "inside = v128.and(inside, v128.and(hasShare(c), hasShare(d)));",
    "inside = v128.and(inside, hasShare(c));",
  ),
  mutation(
    "tail",
    "transpose: the last row beyond whole blocks of four is left out",
    "byNumbers(at, fromStep, target, toStep, rows - inBlocks, IN_LINE);",
    "byNumbers(at, fromStep, target, toStep, rows - inBlocks - 1, IN_LINE);",
  ),
  mutation(
    "slice",
    "transpose: every part of the rows goes to the place of the first",
    "const place = to.start + column * to.step + row;",
    "const place = to.start + column * to.step + 0 * row;",
  ),
  mutation(
    "term",
    "padding: rows of the image that the border repeats lose their inner pixels' gradients",
    "for (const x of places.length === 1 ? several : all) {",
    "for (const x of several) {",
  ),
  mutation(
    "edge",
    "max pooling: the first pixel of a window at the edge is left out",
    "const least = Math.max(0, Math.ceil(-start / dilation));",
    "const least = Math.max(0, Math.ceil((1 - start) / dilation));",
  ),
  mutation(
    "sum",
    "resize: of a row the second tap's gradient takes the place of the sum",
    "out[second + i] = (out[second + i] as number) + ofSecond * value;",
    "out[second + i] = ofSecond * value;",
  ),
];
