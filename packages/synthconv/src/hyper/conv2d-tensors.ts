import { check, checkOptions, type Fields } from "../core/arguments.js";
import { ValueError } from "../core/errors.js";
import { ABOVE_ZERO, optional, whole } from "../core/kinds.js";
import type { GeneratedTensor } from "../generator/index.js";
import { HAS_BIAS } from "../nn/kinds.js";
import { bothSides, type Pair, pair } from "../ops/check.js";

export interface Conv2dTensorOptions {
  /** One number, or [kh, kw]. Default 1. */
  readonly kernelSize?: Pair;
  /** Default 1. */
  readonly groups?: number;
  /** Write a bias too. Default true. */
  readonly bias?: boolean;
  /** 2 (default) where a ReLU follows the layer, 1 where none does. */
  readonly gain?: number;
}

const OPTIONS: Fields<Conv2dTensorOptions> = {
  kernelSize: optional(pair(1)),
  groups: optional(whole(1)),
  bias: HAS_BIAS,
  gain: optional(ABOVE_ZERO),
};

/**
 * What a generator writes for a convolution of I input and O output channels: `weight` `[O,I/groups,kh,kw]` and
 * `bias` `[O]`.
 *
 * @throws {ValueError} when an argument is of another kind, or groups do not divide the channels.
 */
export function conv2dTensors(
  inputs: number,
  outputs: number,
  options: Conv2dTensorOptions = {},
): readonly GeneratedTensor<"weight" | "bias">[] {
  check("conv2dTensors", "inputs", inputs, whole(1));
  check("conv2dTensors", "outputs", outputs, whole(1));
  checkOptions("conv2dTensors", options, OPTIONS);
  const { kernelSize = 1, groups = 1, bias = true, gain = 2 } = options;
  if (inputs % groups !== 0 || outputs % groups !== 0) {
    throw new ValueError({
      where: "conv2dTensors groups",
      expected: "a divisor of the input and of the output channels",
      received: `${groups} groups for ${inputs} and ${outputs} channels`,
    });
  }
  const weight = {
    name: "weight" as const,
    shape: [outputs, inputs / groups, ...bothSides(kernelSize)],
    gain,
  };
  return bias ? [weight, { name: "bias", shape: [outputs], gain }] : [weight];
}
