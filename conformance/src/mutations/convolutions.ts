/** Faults of convolutions: their geometry, the direct way, loops, slices. */
import { type Mutation, mutation } from "./mutation.js";

const geometry: readonly Mutation[] = [
  mutation(
    "geometry",
    "convolution: the planes of a stride change places",
    "plane: (y % stride[0]) * stride[1] + (x % stride[1]),",
    "plane: (x % stride[1]) * stride[0] + (y % stride[0]),",
  ),
  mutation(
    "geometry",
    "convolution: the horizontal dilation is the vertical one",
    "const [y, x] = [ky * dilation[0], kx * dilation[1]];",
    "const [y, x] = [ky * dilation[0], kx * dilation[0]];",
  ),
  mutation(
    "geometry",
    "convolution: the image is padded above as it is on the left",
    "origin: [y - padding[0], x - padding[1]], step: stride });",
    "origin: [y - padding[1], x - padding[1]], step: stride });",
  ),
  mutation(
    "edge",
    "convolution: the image's gradient starts a step of the stride too early",
    "Math.max(0, Math.ceil((padding[axis] - phase[axis]) / stride[axis]))",
    "Math.max(0, Math.floor((padding[axis] - phase[axis]) / stride[axis]))",
  ),
  mutation(
    "edge",
    "convolution: the image's gradient ends a step of the stride too early",
    "return Math.max(0, last - first[axis] + 1);",
    "return Math.max(0, last - first[axis] + (stride[axis] > 1 && last > first[axis] ? 0 : 1));",
  ),
  mutation(
    "edge",
    "convolution: the halo of a tile is one short",
    "Math.floor(((kernel[axis] - 1) * dilation[axis]) / stride[axis])",
    "Math.floor(((kernel[axis] - 1) * dilation[axis] - 1) / stride[axis])",
  ),
  mutation(
    "choice",
    "convolution: a padded 1x1 convolution is one of pixels that meet themselves",
    "every((side) => side === 1) && padding.every((side) => side === 0);",
    "every((side) => side === 1) && padding.every((side) => side >= 0);",
  ),
  mutation(
    "slice",
    "convolution: every sample has the first sample's weights",
    "weight: sample * weightStep + index * weights,",
    "weight: 0 * sample * weightStep + index * weights,",
  ),
  mutation(
    "geometry",
    "convolution: every group has the first group's weights",
    "weight: sample * weightStep + index * weights,",
    "weight: sample * weightStep + 0 * index * weights,",
  ),
  mutation(
    "slice",
    "convolution: every sample has the first sample's biases",
    "part.sample * (bias?.step ?? 0) + group.index * groupOutputs",
    "0 * part.sample * (bias?.step ?? 0) + group.index * groupOutputs",
  ),
  mutation(
    "geometry",
    "convolution: every group has the first group's biases",
    "(bias?.step ?? 0) + group.index * groupOutputs",
    "(bias?.step ?? 0) + 0 * group.index * groupOutputs",
  ),
  mutation(
    "slice",
    "convolution: the bias's gradient of every sample goes to the first",
    "gradient.add(b * plan.biasStep + o,",
    "gradient.add(0 * b * plan.biasStep + o,",
  ),
];

const ways: readonly Mutation[] = [
  mutation(
    "special",
    "convolution: of weights that are not finite one in four is not seen",
    "d += data[index + 3] as number;\n  }\n  for (; index < length; index++)",
    "d += data[index + 2] as number;\n  }\n  for (; index < length; index++)",
  ),
  mutation(
    "choice",
    "convolution: weights that are not finite meet the zeros of the padding",
    "const areFinite = meetPadding.every(hasOnlyFinite);",
    "const areFinite = meetPadding.length === 0 || meetPadding.some((data) => hasOnlyFinite(data) || data.length > 0);",
  ),
  mutation(
    "choice",
    "convolution: a weight's gradient that is not finite is kept",
    "if (!onKernel || gradient.every(Number.isFinite)) return;",
    "if (!onKernel || gradient.some(Number.isFinite)) return;",
  ),
  mutation(
    "slice",
    "convolution: a band of a sample begins one tile too early",
    "return [Math.floor((tiles * from) / bands), Math.floor((tiles * to) / bands)];",
    "return [Math.max(0, Math.floor((tiles * from) / bands) - 1), Math.floor((tiles * to) / bands)];",
  ),
  mutation(
    "slice",
    "convolution: slices of a gradient of each sample's weights are added to the first sample's",
    "return { offset: (parts[0]?.sample ?? 0) * sizes.weightStep,",
    "return { offset: 0 * (parts[0]?.sample ?? 0) * sizes.weightStep,",
  ),
  mutation(
    "slice",
    "convolution: on threads every slice adds to the sums of the first",
    "return (slice) => run(slice, call.sums, call.starts[slice] as number);",
    "return (slice) => run(slice, call.sums, call.starts[0 * slice] as number);",
  ),
  mutation(
    "sum",
    "convolution: a slice's sums start with those of the one before",
    "sums.fill(0);\n      run(slice, sums, 0);",
    "run(slice, sums, 0);",
  ),
];

const direct: readonly Mutation[] = [
  mutation(
    "choice",
    "direct: weights of the next channels are taken for those in memory",
    "if (a === lastA && b === lastB && c === lastC) return false;",
    "if (a === lastA && b === lastB) return false;",
  ),
  mutation(
    "choice",
    "direct: pixels of the last channels are taken for those of the first, where both are in chunks",
    "if (output === 0 || channels > parts.channels) {",
    "if (output === 0) {",
  ),
  mutation(
    "geometry",
    "direct: a tap forgets that every channel has the planes of a stride",
    "return (channel * planes.length + plane) * tile.plane",
    "return (channel + plane) * tile.plane",
  ),
  mutation(
    "edge",
    "direct: a row of pixels ends one too late",
    "const end = Math.floor((size - 1 - origin) / step) + 1;",
    "const end = Math.floor((size - origin) / step) + 1;",
  ),
  mutation(
    "choice",
    "direct: a column of pixels under a stride is read as rows",
    "const isDense = step[0] === 1 && step[1] === 1;",
    "const isDense = step[0] === 1;",
  ),
  mutation(
    "choice",
    "direct: a column of results a stride apart is written as rows",
    "if (columns === width && step[0] === 1) {",
    "if (columns === width) {",
  ),
  mutation(
    "tail",
    "direct: the padding right of a row is what was there before",
    "for (let n = 0; n < right; n++, to += 4) store<f32>(to, 0);",
    "to += <usize>right << 2;",
  ),
  mutation(
    "tail",
    "direct: the last columns of a row are not copied",
    "for (; n < count; n++, from += 4, to += 4) store<f32>(to, load<f32>(from));",
    "for (; n + 1 < count; n++, from += 4, to += 4) store<f32>(to, load<f32>(from));",
  ),
  mutation(
    "tail",
    "direct: pixels above the image are what was there before",
    "grid.fill(0, to, to + y.first * stride);",
    "",
  ),
  mutation(
    "sum",
    "direct: a weight's gradient loses what was brought to float64",
    "memory.finishSums({ rows, cStride });\n          addWeights(",
    "addWeights(",
  ),
  mutation(
    "slice",
    "direct: the weight gradients of every chunk of outputs are added to the first",
    "const to = start + (output + o) * outputStep + i * channelStep;",
    "const to = start + o * outputStep + i * channelStep;",
  ),
  mutation(
    "edge",
    "loops: a tap meets one pixel too many",
    "Math.min(results - 1, Math.floor((length - 1 - origin) / step));",
    "Math.min(results - 1, Math.floor((length - origin) / step));",
  ),
  mutation(
    "geometry",
    "loops: results a stride apart are written as neighbours",
    "let to = start + (origin[0] + row * step[0]) * width + origin[1];",
    "let to = start + (origin[0] + row) * width + origin[1];",
  ),
];

const winograd: readonly Mutation[] = [
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

export const convolutions: readonly Mutation[] = [...geometry, ...ways, ...direct, ...winograd];
