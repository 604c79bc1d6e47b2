import { ValueError } from "../core/errors.js";
import type { GeneratedTensor } from "../generator/index.js";
import type { Pair } from "../ops/index.js";

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

/**
 * What a generator writes for a convolution of I input and O output channels: `weight` `[O,I/groups,kh,kw]` and
 * `bias` `[O]`.
 *
 * @throws {ValueError} when groups do not divide the channels.
 */
export function conv2dTensors(
  inputs: number,
  outputs: number,
  { kernelSize = 1, groups = 1, bias = true, gain = 2 }: Conv2dTensorOptions = {},
): readonly GeneratedTensor<"weight" | "bias">[] {
  if (inputs % groups !== 0 || outputs % groups !== 0) {
    throw new ValueError({
      where: "conv2dTensors groups",
      expected: "a divisor of the input and of the output channels",
      received: `${groups} groups for ${inputs} and ${outputs} channels`,
    });
  }
  const kernel = typeof kernelSize === "number" ? [kernelSize, kernelSize] : kernelSize;
  const weight = { name: "weight" as const, shape: [outputs, inputs / groups, ...kernel], gain };
  return bias ? [weight, { name: "bias", shape: [outputs], gain }] : [weight];
}
