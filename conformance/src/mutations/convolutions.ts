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

export const convolutions: readonly Mutation[] = [...geometry, ...ways, ...direct];
