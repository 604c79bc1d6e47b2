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
];

const direct: readonly Mutation[] = [
  mutation(
    "choice",
    "direct: pixels of the last channels are taken for those of the first, where both are in chunks",
    "if (output === 0 || channels > parts.channels) {",
    "if (output === 0) {",
  ),
  mutation(
    "tail",
    "direct: the padding right of a row is what was there before",
    "for (let n = 0; n < right; n++, to += 4) store<f32>(to, 0);",
    "to += <usize>right << 2;",
  ),
  mutation(
    "edge",
    "loops: a tap meets one pixel too many",
    "Math.min(results - 1, Math.floor((length - 1 - origin) / step));",
    "Math.min(results - 1, Math.floor((length - origin) / step));",
  ),
];

const depthwise: readonly Mutation[] = [
  mutation(
    "sum",
    "depthwise: of more than nine taps the first nine count again",
    "weight += 4;\n      } while (tap < stop);",
    "weight += 4;\n      } while (tap < stop);\n      if (stop < end) a = f32x4.add(a, e);",
  ),
  mutation(
    "tail",
    "depthwise: the gradients of the taps beyond whole fours are left out",
    "for (; left > 0; left--, tap += 4, sum += 16) {",
    "for (; left > 3; left--, tap += 4, sum += 16) {",
  ),
  mutation(
    "tail",
    "depthwise: what lies behind the last row of the gradient is what was there before",
    "floats.fill(0, b + line, b + vectorsOf(line));",
    "floats.fill(0, b + line, b + vectorsOf(line) - VECTOR);",
  ),
  mutation(
    "sum",
    "depthwise: a block of a gradient takes the place of those before",
    "v128.store(sums, f64x2.add(v128.load(sums), f64x2.add(low(part), high(part))));",
    "v128.store(sums, f64x2.add(low(part), high(part)));",
  ),
  mutation(
    "geometry",
    "depthwise: the second channel has the weights of the first",
    "const from = weights.start + output * weights.outputStep + channel * weights.channelStep;",
    "const from = weights.start + output * weights.outputStep + 0 * channel * weights.channelStep;",
  ),
  mutation(
    "slice",
    "depthwise: every output has the bias of the first",
    "correlate(memory, count, bias?.(output) ?? 0, tile.length);",
    "correlate(memory, count, bias?.(0 * output) ?? 0, tile.length);",
  ),
];

const borders: readonly Mutation[] = [
  mutation(
    "tail",
    "borders: of a row the entries beyond whole vectors are those of the vector before",
    "for (; at < end; at += 4) store<i32>(to + at, load<i32>(from + source + at));",
    "for (; at < end; at += 4) store<i32>(to + at, load<i32>(from + source + at - 4));",
  ),
  mutation(
    "slice",
    "borders: a chunk that begins within a plane takes that plane's first rows",
    "const skipped = Math.max(0, from - first);",
    "const skipped = Math.max(0, from - first) % 1;",
  ),
  mutation(
    "edge",
    "borders: rows of the next plane begin one row too late",
    "if (++y == height) y = 0;",
    "if (++y > height) y = 0;",
  ),
];

const resampling: readonly Mutation[] = [
  mutation(
    "sum",
    "resampling: of a row's sums the second half of each vector lacks all terms but the last",
    "b = f64x2.add(b, f64x2.mul(w, v128.load(at, 16)));",
    "b = f64x2.mul(w, v128.load(at, 16));",
  ),
  mutation(
    "term",
    "resampling: the transposed map takes the weights in the order of the map",
    "factors[at] = weights[tap] as number;",
    "factors[at] = weights[at] as number;",
  ),
  mutation(
    "special",
    "resampling: two zeros below 0 become one above",
    "const zero = rows.count === 2 ? -0 : 0;",
    "const zero = rows.count === 2 ? 0 : 0;",
  ),
];

export const convolutions: readonly Mutation[] = [
  ...geometry,
  ...ways,
  ...direct,
  ...depthwise,
  ...borders,
  ...resampling,
];
