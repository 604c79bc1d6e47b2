/** Faults of the kernel of layers after each other. */
import { type Mutation, mutation } from "./mutation.js";

export const layerStack: readonly Mutation[] = [
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
    "tail",
    "layer stack: a single group of a narrow layer is left out",
    "if (groups) {\n    multiplyBlock(",
    "if (groups > 1) {\n    multiplyBlock(",
  ),
  mutation(
    "edge",
    "layer stack: leakyRelu has slope 1 at zero",
    "f32x4.mul(gradient, slope), f32x4.gt(h, f32x4.splat(0)));\n  }\n  if",
    "f32x4.mul(gradient, slope), f32x4.ge(h, f32x4.splat(0)));\n  }\n  if",
  ),
  mutation(
    "term",
    "layer stack: the slope of tanh is 1 - h",
    "return f32x4.mul(gradient, f32x4.sub(f32x4.splat(1), f32x4.mul(h, h)));",
    "return f32x4.mul(gradient, f32x4.sub(f32x4.splat(1), h));",
  ),
  mutation(
    "tail",
    "layer stack: tanh of the second half of a group is that of the first",
    "v128.store(to + 16, tanh(v128.load(to + 16)));",
    "v128.store(to + 16, v128.load(to));",
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
];
