/** Operations and the methods of `Tensor`. */
import { Tensor, tensor, zeros } from "../../src/autograd/index.js";
import * as ops from "../../src/ops/index.js";
import {
  type Argument,
  alsoAccepts,
  countArg,
  finiteArg,
  fixedArg,
  flagArg,
  indexArg,
  listArg,
  numberArg,
  operandArg,
  optional,
  optionsArg,
  type Row,
  row,
  shapeArg,
  sidesArg,
  sizeArg,
  tensorArg,
} from "./row.js";
import { normalizationRows } from "./rows-normalization.js";

const x = tensorArg("x", () => tensor([[1, 2]]));
const a = operandArg("a", () => tensor([1, 2]));
const b = operandArg("b", () => tensor([3, 4]));
const images = (name: string) => tensorArg(name, () => zeros([2, 3, 8, 8]));
const bias = optional(tensorArg("bias", () => zeros([4])));
const dtype = fixedArg("dtype", () => "float64");
const sides = (name: string, least: 0 | 1): Argument => {
  const argument = sidesArg(name, () => (least === 0 ? 1 : 2));
  const accepts = argument.accepts.filter((sort) => sort !== "zero" || least === 0);
  return optional({ ...argument, accepts });
};
const border = (name: string): Argument =>
  alsoAccepts(
    sidesArg(name, () => 1),
    "emptyObject",
  );
const paddingMode = optional(fixedArg("paddingMode", () => "reflect"));
const conv2dOptions = optional(
  optionsArg(
    "options",
    sides("stride", 1),
    optional(border("padding")),
    paddingMode,
    sides("dilation", 1),
    optional(sizeArg("groups", () => 1)),
  ),
);
const reduceOptions = optional(
  optionsArg(
    "options",
    optional(
      alsoAccepts(
        indexArg("axes", () => [0, -1]),
        "emptyList",
        "wholes",
        "manyWholes",
      ),
    ),
    optional(flagArg("keepDims", () => true)),
  ),
);
const someAxes = (valid: () => unknown): Argument =>
  alsoAccepts(indexArg("axes", valid), "emptyList", "wholes", "manyWholes");
const sizes = alsoAccepts(
  sizeArg("sizes", () => [1]),
  "emptyList",
  "wholes",
  "manyWholes",
);
const residual = optional(flagArg("residual", () => false));
const layers = listArg(
  "layers",
  optionsArg(
    "layer",
    tensorArg("weight", () => zeros([3, 3, 1, 1])),
    optional(tensorArg("bias", () => zeros([3]))),
    optional(fixedArg("activation", () => "relu")),
    optional(finiteArg("negativeSlope", () => 0.01)),
  ),
);
const slope = optional(finiteArg("negativeSlope", () => 0.1));
const axis = optional(indexArg("axis", () => 0));
const bounds = [numberArg("min", () => 0), numberArg("max", () => 1)];
const axes = optional(
  alsoAccepts(
    shapeArg("axes", () => [1, 0]),
    "fractions",
  ),
);
const newShape = alsoAccepts(
  shapeArg("shape", () => [2, 1]),
  "fractions",
);
const ranges = alsoAccepts(
  // Undefined is all of an axis, and so is a hole.
  listArg("ranges", { name: "ranges", valid: () => [0, 1], accepts: ["undefined", "wholes", "fractions"] }),
  "emptyList",
  "sparse",
);
const matrix = (name: string) =>
  tensorArg(name, () =>
    tensor([
      [1, 2],
      [3, 4],
    ]),
  );

const { negate, exp, log, sqrt, abs, square, sign, round, floor, ceil, sin, cos } = ops;
const { relu, silu, gelu, tanh, sigmoid, softplus } = ops;
const { add, subtract, multiply, divide, pow, maximum, minimum, sum, mean, max, min } = ops;
const { equal, notEqual, less, lessEqual, greater, greaterEqual } = ops;
const FUNCTIONS = { negate, exp, log, sqrt, abs, square, sign, round, floor, ceil, sin, cos };
const UNARY = { ...FUNCTIONS, relu, silu, gelu, tanh, sigmoid, softplus };
const ARITHMETIC = { add, subtract, multiply, divide, pow, maximum, minimum };
const BINARY = { ...ARITHMETIC, equal, notEqual, less, lessEqual, greater, greaterEqual };
const REDUCTIONS = { sum, mean, max, min };

const functions: readonly Row[] = [
  ...Object.entries(UNARY).map(([name, call]) => row(name, call, x)),
  ...Object.entries(BINARY).map(([name, call]) => row(name, call, a, b)),
  ...Object.entries(REDUCTIONS).map(([name, call]) => row(name, call, x, reduceOptions)),
  row("leakyRelu", ops.leakyRelu, x, slope),
  row("softmax", ops.softmax, x, axis),
  row("logSoftmax", ops.logSoftmax, x, axis),
  row(
    "where",
    ops.where,
    tensorArg("condition", () => tensor([0, 1])),
    a,
    b,
  ),
  row(
    "expand",
    ops.expand,
    x,
    shapeArg("shape", () => [3, 2]),
  ),
  row(
    "squeeze",
    ops.squeeze,
    tensorArg("x", () => zeros([1, 1])),
    optional(someAxes(() => [0, -1])),
  ),
  row(
    "flip",
    ops.flip,
    x,
    someAxes(() => [0, -1]),
  ),
  row("stack", ops.stack, listArg("tensors", x), axis),
  row("split", ops.split, x, sizes, axis),
  row(
    "pixelShuffle",
    ops.pixelShuffle,
    tensorArg("x", () => zeros([1, 4, 2, 2])),
    sizeArg("factor", () => 2),
  ),
  row(
    "pixelUnshuffle",
    ops.pixelUnshuffle,
    images("x"),
    sizeArg("factor", () => 2),
  ),
  row("clamp", ops.clamp, x, ...bounds),
  row("cast", ops.cast, x, dtype),
  row("reshape", ops.reshape, x, newShape),
  row("transpose", ops.transpose, x, axes),
  row("slice", ops.slice, x, ranges),
  row(
    "concat",
    ops.concat,
    listArg(
      "tensors",
      tensorArg("tensors", () => tensor([[1, 2]])),
    ),
    axis,
  ),
  row(
    "gather",
    ops.gather,
    tensorArg("table", () => zeros([4, 2])),
    alsoAccepts(
      listArg(
        "indices",
        countArg("indices", () => 1),
      ),
      "int32",
      "wholes",
    ),
    optional(shapeArg("shape", () => [2, 1])),
  ),
  row("matmul", ops.matmul, matrix("a"), matrix("b")),
  row(
    "linear",
    ops.linear,
    tensorArg("x", () => zeros([2, 3])),
    tensorArg("weight", () => zeros([4, 3])),
    bias,
  ),
  row(
    "conv2d",
    ops.conv2d,
    images("image"),
    tensorArg("weight", () => zeros([4, 3, 3, 3])),
    bias,
    conv2dOptions,
  ),
  row(
    "averagePool2d",
    ops.averagePool2d,
    images("x"),
    optionsArg(
      "options",
      { ...sides("kernel", 1), accepts: ["whole", "wholes"] },
      sides("stride", 1),
      sides("padding", 0),
    ),
  ),
  row(
    "maxPool2d",
    ops.maxPool2d,
    images("x"),
    optionsArg(
      "options",
      { ...sides("kernel", 1), accepts: ["whole", "wholes"] },
      sides("stride", 1),
      sides("padding", 0),
      sides("dilation", 1),
    ),
  ),
  row(
    "pad",
    ops.pad,
    images("x"),
    border("padding"),
    optional(
      optionsArg(
        "options",
        optional(fixedArg("mode", () => "constant")),
        optional(numberArg("value", () => 1)),
      ),
    ),
  ),
  row(
    "resize",
    ops.resize,
    images("x"),
    optionsArg(
      "options",
      { ...sides("size", 1), accepts: ["whole", "wholes"] },
      optional(fixedArg("mode", () => "bicubic")),
      optional(flagArg("alignCorners", () => true)),
    ),
  ),
  row(
    "convTranspose2d",
    ops.convTranspose2d,
    images("image"),
    tensorArg("weight", () => zeros([3, 4, 3, 3])),
    bias,
    optional(
      optionsArg(
        "options",
        sides("stride", 1),
        sides("padding", 0),
        sides("outputPadding", 0),
        sides("dilation", 1),
        optional(sizeArg("groups", () => 1)),
      ),
    ),
  ),
  row(
    "conv1d",
    ops.conv1d,
    tensorArg("x", () => zeros([2, 3, 8])),
    tensorArg("weight", () => zeros([4, 3, 3])),
    bias,
    optional(
      optionsArg(
        "options",
        optional(sizeArg("stride", () => 1)),
        optional(
          alsoAccepts(
            countArg("padding", () => 1),
            "emptyObject",
          ),
        ),
        paddingMode,
        optional(sizeArg("dilation", () => 1)),
        optional(sizeArg("groups", () => 1)),
      ),
    ),
  ),
  row("globalAveragePool", ops.globalAveragePool, images("x")),
  ...normalizationRows,
  row("pixelNetwork", ops.pixelNetwork, images("image"), layers, optional(optionsArg("options", residual))),
  row(
    "pixelNetworkLoss",
    ops.pixelNetworkLoss,
    images("image"),
    images("target"),
    layers,
    optionsArg(
      "options",
      fixedArg("loss", () => "mse"),
      optional({ ...finiteArg("epsilon", () => 0.1), accepts: ["whole", "fraction"] }),
      optional(tensorArg("pixelWeight", () => zeros([2, 1, 8, 8]))),
      residual,
    ),
  ),
];

/** The methods take the same arguments behind the first. */
const methods: readonly Row[] = functions
  .filter(({ name }) => name in Tensor.prototype)
  .map(({ name, args: [first, ...args] }) => ({
    name: `Tensor.${name}`,
    args,
    call: (...values) => {
      const tensor = (first as Argument).valid() as unknown as Record<string, (...args: never[]) => unknown>;
      return tensor[name]?.(...values);
    },
  }));

export const operationRows: readonly Row[] = [...functions, ...methods];
