/** Networks that write weights. */
import * as hyper from "../../src/hyper/index.js";
import type { Conv2dOptions } from "../../src/ops/index.js";
import {
  type Argument,
  aboveZeroArg,
  fixedArg,
  flagArg,
  optional,
  optionsArg,
  type Row,
  row,
  sidesArg,
  sizeArg,
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

export const hyperRows: readonly Row[] = [
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
        optional(sidesArg("padding", () => 0)),
        sides("dilation"),
        groups,
      ),
    ),
  ),
];
