/** Faults of the kernel of one hidden layer. */
import { type Mutation, mutation } from "./mutation.js";

export const fused: readonly Mutation[] = [
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
