/** Faults of the kernels of pixel networks: fused, layer stack, reference, losses. */
import { type Mutation, mutation } from "./mutation.js";

const fused: readonly Mutation[] = [
  mutation(
    "edge",
    "fused: relu lets the gradient through at zero",
    "return v128.andnot(gradient, f32x4.le(h, slope));",
    "return v128.andnot(gradient, f32x4.lt(h, slope));",
  ),
  mutation(
    "special",
    "fused: NaN ends at relu",
    "return f32x4.pmax(z, leaky ? f32x4.mul(z, slope) : slope);",
    "return f32x4.pmax(leaky ? f32x4.mul(z, slope) : slope, z);",
  ),
  mutation(
    "term",
    "fused: the hidden bias's gradient is that before the activation's",
    "b1 = f32x4.add(b1, e);",
    "b1 = f32x4.add(b1, d);",
  ),
  mutation(
    "term",
    "fused: the second output's weights take the gradient of the hidden units",
    "w21 = multiplyAdd(h, d, w21);",
    "w21 = multiplyAdd(h, e, w21);",
  ),
  mutation(
    "term",
    "fused: the image's gradient forgets the residual",
    "let plus: usize = residual ? upstream : 0;",
    "let plus: usize = 0;",
  ),
  mutation(
    "sum",
    "fused: of more than 64 hidden units the first 64 count again and again in the image's gradient",
    "hiddenRows += <usize>SHORT * bytes;",
    "hiddenRows += 0 * bytes;",
  ),
  mutation(
    "sum",
    "fused: of more than 64 hidden units the last ones alone count in the image's gradient",
    "plus = gradient;\n    weights +=",
    "plus = 0;\n    weights +=",
  ),
  mutation(
    "term",
    "fused: backward takes another slope than forward",
    "w = v128.load32_splat(k, 28);\n      v128.store(hiddenRow",
    "w = v128.load32_splat(k, 24);\n      v128.store(hiddenRow",
  ),
  mutation(
    "edge",
    "fused: the output bias sums one vector less",
    "for (let p = upstream, end = upstream + bytes; p < end; p += 16) {",
    "for (let p = upstream + 16, end = upstream + bytes; p < end; p += 16) {",
  ),
  mutation(
    "sum",
    "fused: the sums of a part stay after they were gathered",
    "addInto(total, v128.load(sums));\n    v128.store(sums, zero);",
    "addInto(total, v128.load(sums));",
  ),
  mutation(
    "slice",
    "fused: the loss alone, of a part of a chunk, is gathered at the gradients' place",
    "gatherAt(done, tail, 64, total + (tail - sums));",
    "gatherAt(done, tail, 64, total);",
  ),
  mutation(
    "slice",
    "fused: every tile has the weights of the first tile's pixels",
    "pixelWeight ? pixelWeight + first : 0;\n    const pixelsLeft = pixels - <i32>(first >> 2);\n    addInto(tail + 48",
    "pixelWeight;\n    const pixelsLeft = pixels - <i32>(first >> 2);\n    addInto(tail + 48",
  ),
  mutation(
    "choice",
    "fused: covers slopes above 1",
    'return activation === "leakyRelu" && negativeSlope >= 0 && negativeSlope <= 1 ? negativeSlope : undefined;',
    'return activation === "leakyRelu" && negativeSlope >= 0 ? negativeSlope : undefined;',
  ),
  mutation(
    "choice",
    "fused: covers one hidden unit more than it has room for",
    "hidden.outputs > MAX_HIDDEN_UNITS) {",
    "hidden.outputs > MAX_HIDDEN_UNITS + 1) {",
  ),
  mutation(
    "special",
    "fused: covers weights that are not finite",
    "return Number.isFinite(sum);\n}\n\nfunction forward(",
    "return Number.isFinite(sum) || memory.length > 0;\n}\n\nfunction forward(",
  ),
  mutation(
    "slice",
    "fused: every slice has the pixel weights of the first",
    "copyPlanesIn(memory, third, PLANE_BYTES, pixelWeight, 1, pixels, first, count);",
    "copyPlanesIn(memory, third, PLANE_BYTES, pixelWeight, 1, pixels, 0, count);",
  ),
  mutation(
    "tail",
    "planes: what fills up the last 8 pixels is what was there before",
    "memory.fill(0, target + count, target + bytesOfGroups(count) / Float32Array.BYTES_PER_ELEMENT);",
    "",
  ),
];

const stack: readonly Mutation[] = [
  mutation(
    "tail",
    "layer stack: half of a group is left out of a weight's gradient",
    "x0 = v128.load(x, 16); x1 = v128.load(x + xStep, 16);",
    "x0 = v128.load(x, 16); x1 = v128.load(x + xStep);",
  ),
  mutation(
    "tail",
    "layer stack: a single column is left out",
    "if (columns) addSingle(rows, e, eStep, eGroup, x, xGroup, groups, sums);",
    "if (columns > 1) addSingle(rows, e, eStep, eGroup, x, xGroup, groups, sums);",
  ),
  mutation(
    "tail",
    "layer stack: three rows are taken for two",
    "if (rows == 3) addRow(3, e, eStep",
    "if (rows == 3) addRow(2, e, eStep",
  ),
  mutation(
    "sum",
    "layer stack: the upper half of a sum is not folded",
    "const high = i64x2.shuffle(sum, sum, 1, 1);",
    "const high = i64x2.shuffle(sum, sum, 0, 0);",
  ),
  mutation(
    "slice",
    "layer stack: pixels beyond a fold of 256 take the first ones' inputs",
    "x += <usize>FOLD_GROUPS * xGroup;",
    "x += 0 * xGroup;",
  ),
  mutation(
    "sum",
    "layer stack: a bias's gradient has half of its pixels twice",
    "addIntoDoubles(sums, f32x4.add(sum0, sum1));",
    "addIntoDoubles(sums, f32x4.add(sum0, sum0));",
  ),
  mutation(
    "sum",
    "layer stack: of more than 128 inputs the second 64 take the place of the first",
    "if (isFirst) {\n    v128.store(SPARE, p0);",
    "if (true) {\n    v128.store(SPARE, p0);",
  ),
  mutation(
    "geometry",
    "layer stack: the biases do not move on from block to block",
    "if (biases) biases += 16;",
    "if (biases) biases += 0;",
  ),
  mutation(
    "tail",
    "layer stack: a single group of a narrow layer is left out",
    "if (groups) {\n    multiplyBlock(",
    "if (groups > 1) {\n    multiplyBlock(",
  ),
  mutation(
    "edge",
    "layer stack: leakyRelu has slope 1 at zero",
    "f32x4.mul(gradient, slope), f32x4.gt(h, f32x4.splat(0)));\n  }\n  return gradient;",
    "f32x4.mul(gradient, slope), f32x4.ge(h, f32x4.splat(0)));\n  }\n  return gradient;",
  ),
  mutation(
    "special",
    "layer stack: NaN ends at relu",
    "value = f32x4.pmax(value, f32x4.splat(0));",
    "value = f32x4.pmax(f32x4.splat(0), value);",
  ),
  mutation(
    "choice",
    "layer stack: sums go by inputs where there are 4 outputs, too",
    "const byInput = layer.outputs < 4;",
    "const byInput = layer.outputs <= 4;",
  ),
  mutation(
    "slice",
    "layer stack: only the first tile's gradient has the residual",
    "if (residual && imageGradient) addRows(",
    "if (residual && imageGradient && first == 0) addRows(",
  ),
  mutation(
    "term",
    "layer stack: the loss of a network that ends in an activation forgets the residual",
    "if (residual) addRows(x, plane, output, bytes, layer.outputs, bytes);",
    "if (residual && layer.activation == activation_none) addRows(x, plane, output, bytes, layer.outputs, bytes);",
  ),
  mutation(
    "slice",
    "layer stack: every tile has the target of the first",
    "kind, layer.outputs, output, bytes, target + first, plane,",
    "kind, layer.outputs, output, bytes, target, plane,",
  ),
  mutation(
    "special",
    "layer stack: an infinity times a slope of 0",
    'const isRelu = activation === "leakyRelu" && negativeSlope === 0;',
    'const isRelu = activation === "leakyRelu" && negativeSlope < 0;',
  ),
  mutation(
    "special",
    "layer stack: covers weights that overflow on pixels of zeros",
    "if (!(bound <= MAX_BOUND)) return false;",
    "if (bound < MAX_BOUND - 2 * MAX_BOUND) return false;",
  ),
  mutation(
    "geometry",
    "layer stack: forward, a layer writes where it reads",
    "start.rows + (index % 2) * widest * tile * FLOAT_BYTES",
    "start.rows + (index % 1) * widest * tile * FLOAT_BYTES",
  ),
  mutation(
    "choice",
    "layer stack: covers slopes above 1",
    "!(negativeSlope >= 0 && negativeSlope <= 1)) return false;",
    "!(negativeSlope >= 0)) return false;",
  ),
];

const losses: readonly Mutation[] = [
  mutation(
    "tail",
    "losses: the pixels that fill up a vector are not masked",
    "i32x4.splat(<i32>(offset >> 2))), i32x4.splat(pixels));",
    "i32x4.splat(<i32>(offset >> 2))), i32x4.splat((pixels + 3) & ~3));",
  ),
  mutation(
    "edge",
    "losses: l1 has a slope at zero",
    "d = v128.bitselect(r, v128.or(v128.and(r, f32x4.splat(-0.0)), one), f32x4.eq(loss, f32x4.splat(0)));",
    "d = v128.or(v128.and(r, f32x4.splat(-0.0)), one);",
  ),
  mutation(
    "special",
    "losses: l1 has a slope for NaN",
    "d = v128.bitselect(d, r, f32x4.eq(r, r)); // sign(NaN) is NaN",
    "",
  ),
  mutation(
    "term",
    "losses: charbonnier without its epsilon",
    "loss = f32x4.sqrt(f32x4.add(f32x4.mul(r, r), epsilonSquared));",
    "loss = f32x4.sqrt(f32x4.mul(r, r));",
  ),
  mutation(
    "term",
    "losses: the weight of a pixel is not in the gradient",
    "v128.store(output, v128.and(mask, f32x4.mul(d, pixelWeight)));",
    "v128.store(output, v128.and(mask, d));",
  ),
  mutation(
    "term",
    "losses: with the image's gradient wanted, the weight of a pixel is not in the loss",
    "total += weight * value;",
    "total += value;",
  ),
  mutation(
    "geometry",
    "losses: with the image's gradient wanted, every channel but the first has the last pixel's weight",
    "(pixelWeight[at % pixels] as number);",
    "(pixelWeight[Math.min(at, pixels - 1)] as number);",
  ),
];

const reference: readonly Mutation[] = [
  mutation(
    "slice",
    "reference: every block has the pixel weights of the first",
    "(pixelWeight[first + pixel] as number)",
    "(pixelWeight[pixel] as number)",
  ),
  mutation(
    "special",
    "reference: an infinite gradient goes through a flat activation",
    "gradient[entry] = factor === 0 ? 0 : (gradient[entry] as number) * factor;",
    "gradient[entry] = (gradient[entry] as number) * factor;",
  ),
  mutation(
    "term",
    "reference: the image's gradient forgets the residual",
    "if (residual) addRows(gradient, upstream, count);",
    "if (residual) addRows(gradient, upstream, 0);",
  ),
  mutation(
    "term",
    "activations: the slope of silu forgets its second term",
    "derivative: (z: number): number => sigmoid(z) + z * sigmoidSlope(z),",
    "derivative: (z: number): number => sigmoid(z),",
  ),
];

const batches: readonly Mutation[] = [
  mutation(
    "slice",
    "slices: a slice of pixels ends one too late",
    "end: Math.min(pixels, (index + 1) * length) };",
    "end: Math.min(pixels, (index + 1) * length + 1) };",
  ),
  mutation(
    "sum",
    "slices: the first slice is not folded into the total",
    "for (let start = 0; start < sums.length; start += length)",
    "for (let start = length; start < sums.length; start += length)",
  ),
  mutation(
    "sum",
    "slices: the loss of a slice is folded into the first weight",
    "let next = start + 1;\n  const addTo",
    "let next = start;\n  const addTo",
  ),
  mutation(
    "sum",
    "slices: the sums of a slice start with those of the one before",
    "sums.fill(0);\n    sums[0] = run(sliceRange(pixels, slice), gradients);",
    "sums[0] = run(sliceRange(pixels, slice), gradients);",
  ),
  mutation(
    "slice",
    "batches: on threads every sample has the network of the first",
    "if (sample !== begun) run = begin(calls[sample] as Call);",
    "if (begun === undefined) run = begin(calls[sample] as Call);",
  ),
  mutation(
    "slice",
    "batches: of a batch that is several jobs one sample is left out",
    "yield { calls: calls.slice(first, first + most), slices };",
    "yield { calls: calls.slice(first, first + most - 1), slices };",
  ),
];

export const pixelNetworks: readonly Mutation[] = [...fused, ...stack, ...losses, ...reference, ...batches];
