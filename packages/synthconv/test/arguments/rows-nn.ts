/** Layers, what every module can do, and where first numbers come from. */
import { type Tensor, tensor, zeros } from "../../src/autograd/index.js";
import { initializers } from "../../src/core/index.js";
import * as nn from "../../src/nn/index.js";
import {
  type Argument,
  aboveZeroArg,
  alsoAccepts,
  countArg,
  finiteArg,
  fixedArg,
  flagArg,
  functionArg,
  listArg,
  mapArg,
  moduleArg,
  nothing,
  notNegativeArg,
  numberArg,
  optional,
  optionsArg,
  type Row,
  row,
  shapeArg,
  shareArg,
  sidesArg,
  sizeArg,
  tensorArg,
  textArg,
} from "./row.js";

const layer = () => new nn.Linear(2, 2).initialize({ seed: 0 });
const x = tensorArg("x", () => tensor([[1, 2]]));
const inputs = sizeArg("inputs", () => 2);
const outputs = sizeArg("outputs", () => 3);
const bias = optional(flagArg("bias", () => true));
const initializer = functionArg("initializer", () => initializers.normal(1));
const named = (name: string): Argument => optional({ ...initializer, name });
const sides = (name: string): Argument => ({ ...sidesArg(name, () => 1), accepts: ["whole", "wholes"] });
/** A Map of numbers gets as far as being refused for its names. */
const state: Argument = { name: "state", valid: () => layer().stateDict(), accepts: ["map"] };

const ACTIVATIONS = [
  ["relu", nn.ReLU],
  ["silu", nn.SiLU],
  ["gelu", nn.GELU],
  ["tanh", nn.Tanh],
  ["sigmoid", nn.Sigmoid],
  ["softplus", nn.Softplus],
] as const;

/** A `forward` complains in the name of its operation. */
function forwardRow(name: string, alias: string, make: () => nn.Module, ...args: Argument[]): Row {
  const call = (...values: never[]) =>
    (make() as nn.Module & { forward(...values: never[]): unknown }).forward(...values);
  return { name: `${name}.forward`, alias, call, args };
}

const normOptions = [
  optional(aboveZeroArg("epsilon", () => 1e-5)),
  optional(flagArg("affine", () => true)),
] as const;
const someOptions = optional(optionsArg("options", ...normOptions));
const channels = sizeArg("channels", () => 4);
const images = tensorArg("x", () => zeros([2, 4, 2, 2]));
const normRows: readonly Row[] = [
  row(
    "LayerNorm",
    (sizes: number, options: nn.NormLayerOptions) => new nn.LayerNorm(sizes, options),
    alsoAccepts(
      sizeArg("sizes", () => [2, 2]),
      "wholes",
      "manyWholes",
      "emptyList",
    ),
    someOptions,
  ),
  row(
    "GroupNorm",
    (groups: number, count: number, options: nn.NormLayerOptions) => new nn.GroupNorm(groups, count, options),
    sizeArg("groups", () => 2),
    channels,
    someOptions,
  ),
  row(
    "InstanceNorm",
    (count: number, options: nn.NormLayerOptions) => new nn.InstanceNorm(count, options),
    channels,
    someOptions,
  ),
  row(
    "BatchNorm",
    (count: number, options: nn.BatchNormLayerOptions) => new nn.BatchNorm(count, options),
    channels,
    optional(
      optionsArg(
        "options",
        ...normOptions,
        optional(
          alsoAccepts(
            shareArg("momentum", () => 0.1),
            "whole",
          ),
        ),
      ),
    ),
  ),
  row("Dropout", (rate: number) => new nn.Dropout(rate), optional(shareArg("rate", () => 0.5))),
  forwardRow("LayerNorm", "layerNorm", () => new nn.LayerNorm(2).initialize({ seed: 0 }), images),
  forwardRow("GroupNorm", "groupNorm", () => new nn.GroupNorm(2, 4).initialize({ seed: 0 }), images),
  forwardRow("InstanceNorm", "instanceNorm", () => new nn.InstanceNorm(4).initialize({ seed: 0 }), images),
  forwardRow("BatchNorm", "batchNorm", () => new nn.BatchNorm(4).initialize({ seed: 0 }), images),
  forwardRow("Dropout", "dropout", () => new nn.Dropout().keyRandom({ seed: 0, step: 0 }), images),
];

export const moduleRows: readonly Row[] = [
  row(
    "functionalCall",
    (network: nn.Linear, values: nn.ParameterValues) => nn.functionalCall(network, values, tensor([[1, 2]])),
    moduleArg("network", layer),
    // Empty ones leave the network as it is.
    alsoAccepts(
      mapArg(
        "values",
        "weight",
        tensorArg("weight", () => zeros([2, 2])),
      ),
      "emptyObject",
    ),
  ),
  row("stackParameters", nn.stackParameters, {
    ...listArg("networks", moduleArg("networks", layer)),
    accepts: [],
  }),
  row(
    "Linear",
    (I: number, O: number, options: nn.LinearOptions) => new nn.Linear(I, O, options),
    inputs,
    outputs,
    optional(
      optionsArg("options", bias, optional(optionsArg("initializers", named("weight"), named("bias")))),
    ),
  ),
  forwardRow("Linear", "linear", layer, x),
  row(
    "Conv2d",
    (I: number, O: number, kernel: number, options: nn.Conv2dLayerOptions) =>
      new nn.Conv2d(I, O, kernel, options),
    inputs,
    outputs,
    sides("kernelSize"),
    optional(
      optionsArg(
        "options",
        optional(sides("stride")),
        optional(
          alsoAccepts(
            sidesArg("padding", () => 0),
            "emptyObject",
          ),
        ),
        optional(fixedArg("paddingMode", () => "reflect")),
        optional(sides("dilation")),
        optional(sizeArg("groups", () => 1)),
        bias,
      ),
    ),
  ),
  forwardRow(
    "Conv2d",
    "conv2d",
    () => new nn.Conv2d(2, 3, 1).initialize({ seed: 0 }),
    tensorArg("image", () => zeros([1, 2, 4, 4])),
  ),
  row(
    "ConvTranspose2d",
    (I: number, O: number, kernel: number, options: nn.ConvTranspose2dLayerOptions) =>
      new nn.ConvTranspose2d(I, O, kernel, options),
    inputs,
    outputs,
    sides("kernelSize"),
    optional(
      optionsArg(
        "options",
        optional(sides("stride")),
        optional(sidesArg("padding", () => 0)),
        optional(sidesArg("outputPadding", () => 0)),
        optional(sides("dilation")),
        optional(sizeArg("groups", () => 1)),
        bias,
      ),
    ),
  ),
  forwardRow(
    "ConvTranspose2d",
    "convTranspose2d",
    () => new nn.ConvTranspose2d(2, 3, 1).initialize({ seed: 0 }),
    tensorArg("image", () => zeros([1, 2, 4, 4])),
  ),
  ...normRows,
  row(
    "Embedding",
    (entries: number, length: number) => new nn.Embedding(entries, length),
    sizeArg("entries", () => 4),
    sizeArg("length", () => 2),
  ),
  forwardRow(
    "Embedding",
    "gather",
    () => new nn.Embedding(4, 2).initialize({ seed: 0 }),
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
  row(
    "Sequential",
    (first: nn.Layer, second: nn.Layer) => new nn.Sequential(first, second),
    moduleArg("layers[0]", layer),
    moduleArg("layers[1]", layer),
  ),
  forwardRow("Sequential", "linear", () => new nn.Sequential(layer()), x),
  ...nothing("Sequential.slots"),
  ...ACTIVATIONS.flatMap(([operation, type]) => [
    ...nothing(type.name),
    forwardRow(type.name, operation, () => new type(), x),
  ]),
  row(
    "LeakyReLU",
    (options: { negativeSlope: number }) => new nn.LeakyReLU(options),
    optional(optionsArg("options", optional(finiteArg("negativeSlope", () => 0.1)))),
  ),
  forwardRow("LeakyReLU", "leakyRelu", () => new nn.LeakyReLU(), x),
  row(
    "declareParameter",
    nn.declareParameter,
    shapeArg("shape", () => [2, 2]),
    initializer,
    optional(textArg("label", () => "a scale")),
  ),
  row(
    "Module.initialize",
    (options: { seed: number }) => layer().initialize(options),
    optionsArg(
      "options",
      countArg("seed", () => 1),
    ),
  ),
  row("Module.loadStateDict", (given: Map<string, Tensor>) => layer().loadStateDict(given), state),
  row(
    "Module.to",
    (dtype: "float64") => layer().to(dtype),
    fixedArg("dtype", () => "float64"),
  ),
  ...nothing("Module", "Module.namedParameters", "Module.parameters", "Module.children", "Module.stateDict"),
  row(
    "Module.freeze",
    (options: { reason?: string }) => layer().freeze(options),
    optional(optionsArg("options", optional(textArg("reason", () => "a fixed teacher")))),
  ),
  row("Module.train", (given: boolean) => layer().train(given), optional(flagArg("isTraining", () => false))),
  row(
    "Module.keyRandom",
    (key: nn.StepKey) => layer().keyRandom(key),
    optionsArg(
      "key",
      countArg("seed", () => 1),
      countArg("step", () => 0),
    ),
  ),
  ...nothing("Module.eval", "Module.unfreeze", "Module.zeroGrad", "Module.snapshot", "Module.slots"),
  row(
    "initializers.constant",
    initializers.constant,
    numberArg("value", () => 1),
  ),
  row(
    "initializers.uniform",
    initializers.uniform,
    notNegativeArg("bound", () => 1),
  ),
  row(
    "initializers.normal",
    initializers.normal,
    notNegativeArg("standardDeviation", () => 1),
  ),
  ...(["torch", "kaiming"] as const).map((name) =>
    row(
      `initializers.${name}`,
      initializers[name],
      aboveZeroArg("fanIn", () => 2),
    ),
  ),
];
