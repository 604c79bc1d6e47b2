/** Faults of Winograd's way. */
import { type Mutation, mutation } from "./mutation.js";

export const winograd: readonly Mutation[] = [
  mutation(
    "choice",
    "Winograd: nine taps of a stride are taken for 3x3 weights",
    "const isDense = [target, ...planes].every(({ step }) => step.every((side) => side === 1));",
    "const isDense = [target, ...planes].every(({ step }) => step.every((side) => side >= 1));",
  ),
  mutation(
    "geometry",
    "Winograd: the image's gradient does not turn the weights round",
    "const isFlipped = correlation.taps[0]?.y !== 0;",
    "const isFlipped = correlation.taps[0]?.y === -1;",
  ),
  mutation(
    "edge",
    "Winograd: a block does not read the pixels beyond its right edge",
    "Math.min(width, left + block.width + halo) - firstColumn",
    "Math.min(width, left + block.width) - firstColumn",
  ),
  mutation(
    "tail",
    "Winograd: the columns left over are those of the next pixels",
    "memory.copy(to, scratch, <usize>left << 2);",
    "memory.copy(to, scratch + 4, <usize>left << 2);",
  ),
  mutation(
    "special",
    "Winograd: results that are not finite are kept",
    "return !v128.any_true(unfit);",
    "return true;",
  ),
  mutation(
    "edge",
    "Winograd: the lower row of the last tiles is not written",
    "const hasBoth = 2 * row + 1 < height;",
    "const hasBoth = 2 * row + 2 < height;",
  ),
  mutation(
    "tail",
    "Winograd: the half of the last panel that no tile fills is what was there before",
    "if (!(groups & 1)) return;",
    "if (groups > 0) return;",
  ),
  mutation(
    "tail",
    "Winograd: the last pixels of a row are not transformed",
    "for (; x < width; x++, p0 += 4, p1 += 4, p2 += 4, p3 += 4, line += 4) {",
    "for (; x + 1 < width; x++, p0 += 4, p1 += 4, p2 += 4, p3 += 4, line += 4) {",
  ),
  mutation(
    "sum",
    "Winograd: of more than 32 channels the next 32 take the place of the first",
    "min(BLOCK, channels - k), c, k == 0);",
    "min(BLOCK, channels - k), c, true);",
  ),
  mutation(
    "sum",
    "Winograd: a weight's gradient starts with the sum before",
    "memory.clearSums();",
    "if (sum === 0) memory.clearSums();",
  ),
  mutation(
    "choice",
    "Winograd: the weights of the first outputs are taken for those of the next",
    "if (transformed?.weights === weights.start && transformed.output === output) {",
    "if (transformed?.weights === weights.start) {",
  ),
  mutation(
    "choice",
    "Winograd: the weights of the first group are taken for those of the next",
    "if (transformed?.weights === weights.start && transformed.output === output) {",
    "if (transformed?.output === output) {",
  ),
  mutation(
    "slice",
    "Winograd: the image's gradient has the weights of the first chunk of channels for all",
    "const from = start + i * channelStep + output * TAPS;",
    "const from = start + i * channelStep + 0 * output * TAPS;",
  ),
  mutation(
    "special",
    "Winograd: no block has too wide a range",
    "const MAX_RANGE = 16;",
    "const MAX_RANGE = 1e30;",
  ),
  mutation(
    "tail",
    "Winograd: the range of the last columns is that of every other row",
    "a = max(a, max(load<u32>(p) << 1, load<u32>(p + down) << 1));",
    "a = max(a, load<u32>(p) << 1);",
  ),
  mutation(
    "choice",
    "Winograd: the range of an upstream gradient is not looked at",
    "if (memory.isWide(results, ofOutputs, block.grid)) return false;",
    "if (memory.isWide(results, 0, block.grid)) return false;",
  ),
  mutation(
    "choice",
    "Winograd: blocks that do not touch are joined for the direct way",
    "const follows = last?.column === column && last.row + last.height === row;",
    "const follows = last?.column === column;",
  ),
  mutation(
    "geometry",
    "Winograd: the direct way does a block's columns at the left edge",
    "return { ...rest, origin: [origin[0] + row, origin[1] + column] };",
    "return { ...rest, origin: [origin[0] + row, origin[1] + 0 * column] };",
  ),
];
