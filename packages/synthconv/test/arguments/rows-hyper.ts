/** Networks that write weights. */
import { type Tensor, zeros } from "../../src/autograd/index.js";
import * as hyper from "../../src/hyper/index.js";
import { Linear, Module } from "../../src/nn/index.js";
import type { Conv2dOptions } from "../../src/ops/index.js";
import {
  type Argument,
  aboveZeroArg,
  alsoAccepts,
  countArg,
  fixedArg,
  flagArg,
  functionArg,
  listArg,
  moduleArg,
  nothing,
  numbersArg,
  optional,
  optionsArg,
  type Row,
  row,
  shapeArg,
  sidesArg,
  sizeArg,
  tensorArg,
  textArg,
} from "./row.js";

const sides = (name: string): Argument =>
  optional({ ...sidesArg(name, () => 1), accepts: ["whole", "wholes"] });
const groups = optional(sizeArg("groups", () => 1));
const generator = () =>
  new hyper.WeightGenerator({
    conditionLength: 2,
    hidden: [4],
    tensors: hyper.conv2dTensors(3, 3),
  }).initialize({ seed: 0 });

const sizesAndStart = optionsArg(
  "options",
  countArg("conditionLength", () => 2),
  listArg(
    "tensors",
    optionsArg(
      "tensors",
      textArg("name", () => "weight"),
      // Without entries it is refused for that.
      shapeArg("shape", () => [2, 3]),
      optional(aboveZeroArg("gain", () => 1)),
      optional(aboveZeroArg("deviation", () => 0.1)),
    ),
    1,
  ),
  optional(
    optionsArg(
      "initialization",
      numbersArg("weights", () => new Float32Array(6)),
    ),
  ),
  optional(aboveZeroArg("conditionMeanSquare", () => 1)),
  optional(fixedArg("kind", () => "full")),
  alsoAccepts(
    listArg(
      "hidden",
      sizeArg("hidden", () => 4),
    ),
    "wholes",
    "manyWholes",
  ),
  optional(fixedArg("activation", () => "relu")),
);
const image = tensorArg("image", () => zeros([1, 3, 4, 4]));
const condition = tensorArg("condition", () => zeros([1, 2]));

/** A module of one's own that writes weights. */
class Writer extends Module {
  readonly #written: unknown;

  constructor(written: unknown) {
    super();
    this.#written = written;
  }

  forward(): never {
    return this.#written as never;
  }
}

const encoder = () => new Linear(2, 2).initialize({ seed: 0 });
const length = sizeArg("length", () => 2);
const grid: Argument = { ...sidesArg("grid", () => 2), accepts: ["whole", "wholes"] };

export const hyperRows: readonly Row[] = [
  row(
    "hypernetize",
    (network: Linear, options: hyper.HypernetizeOptions<Tensor>) => hyper.hypernetize(network, options),
    moduleArg("network", encoder),
    optionsArg(
      "options",
      fixedArg("parameters", () => "all"),
      // Whatever has a forward may write parameters, and is asked for them later.
      { ...fixedArg("generator", () => ({ hidden: [2] })), accepts: ["module"] },
      countArg("condition", () => 2),
      optional(fixedArg("write", () => "weights")),
      optional(fixedArg("initialization", () => "own")),
      optional(aboveZeroArg("conditionMeanSquare", () => 1)),
      optional(functionArg("gain", () => () => 2)),
    ),
  ),
  row(
    "conditions.vector",
    hyper.conditions.vector,
    countArg("length", () => 2),
  ),
  row(
    "conditions.task",
    hyper.conditions.task,
    sizeArg("count", () => 3),
    length,
  ),
  row("conditions.encoded", hyper.conditions.encoded, moduleArg("encoder", encoder), length),
  row(
    "conditions.magnitudeInvariant",
    hyper.conditions.magnitudeInvariant,
    sizeArg("count", () => 2),
  ),
  row(
    "splitIntoCells",
    hyper.splitIntoCells,
    tensorArg("x", () => zeros([1, 2, 4, 4])),
    grid,
  ),
  row(
    "joinCells",
    hyper.joinCells,
    tensorArg("cells", () => zeros([4, 2, 2, 2])),
    grid,
  ),
  row(
    "conditions.joined",
    (part: ReturnType<typeof hyper.conditions.vector>) => hyper.conditions.joined(part),
    fixedArg("parts", () => hyper.conditions.vector(2)),
  ),
  row(
    "WeightGenerator",
    (options: hyper.WeightGeneratorOptions) => new hyper.WeightGenerator(options),
    sizesAndStart,
  ),
  row(
    "WeightGenerator.initialize",
    (options: { seed: number; conditions?: Tensor }) => generator().initialize(options),
    optionsArg(
      "options",
      countArg("seed", () => 0),
      optional(tensorArg("conditions", () => zeros([1, 2]))),
    ),
  ),
  row("WeightGenerator.forward", (given: Tensor) => generator().forward(given), condition),
  row(
    "WeightGenerator.targetVariance",
    (name: "bias") => generator().targetVariance(name),
    fixedArg("name", () => "bias"),
  ),
  ...nothing("WeightGenerator.slots"),
  row(
    "SynthesizedConv2d.forward",
    (given: Tensor, read: Tensor, written: unknown) => {
      const layer = new hyper.SynthesizedConv2d(new Writer(written) as never);
      layer.forward(given, read);
      new hyper.SynthesizedConv2d(generator()).forward(given, read);
    },
    image,
    condition,
    optionsArg(
      "generator's result",
      tensorArg("weight", () => zeros([1, 3, 3, 1, 1])),
      optional(tensorArg("bias", () => zeros([1, 3]))),
    ),
  ),
  row(
    "conv2dTensors",
    hyper.conv2dTensors,
    sizeArg("inputs", () => 3),
    sizeArg("outputs", () => 3),
    optional(
      optionsArg(
        "options",
        sides("kernelSize"),
        groups,
        optional(flagArg("bias", () => true)),
        optional(aboveZeroArg("gain", () => 1)),
      ),
    ),
  ),
  row(
    "SynthesizedConv2d",
    (of: hyper.Conv2dGenerator, options: Conv2dOptions) => new hyper.SynthesizedConv2d(of, options),
    // Any module with a forward may write weights.
    { ...fixedArg("generator", generator), accepts: ["module"] },
    optional(
      optionsArg(
        "options",
        sides("stride"),
        optional(
          alsoAccepts(
            sidesArg("padding", () => 0),
            "emptyObject",
          ),
        ),
        optional(fixedArg("paddingMode", () => "reflect")),
        sides("dilation"),
        groups,
      ),
    ),
  ),
];
