/**
 * Channels of a weight, wherever its layout has them: [O,I,...] as most layers, [I,O/groups,...] as transposed convolutions.
 */
import type { GeneratorArithmetic, Shaped } from "./arithmetic.js";
import type { GeneratedPlace } from "./places.js";

/** A weight with an axis of its groups where it is transposed; the samples are the first axis of all. */
export interface ChannelAxes {
  /** The weight of one sample. */
  readonly shape: readonly number[];
  /** Factors of the channels, one each, in this shape. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
  /** Axes, the samples' counted, over which one output is a sum. */
  readonly summed: readonly number[];
  /** Numbers that one output is a sum over. */
  readonly terms: number;
}

export function channelAxes({ shape, transposedGroups: groups }: GeneratedPlace): ChannelAxes {
  const [first = 1, ...rest] = shape;
  if (groups === undefined) {
    const kernel = rest.slice(1).map(() => 1);
    return {
      shape: [first, ...rest],
      inputs: [1, rest[0] ?? 1, ...kernel],
      outputs: [first, ...rest.map(() => 1)],
      summed: rest.map((_, axis) => axis + 2),
      terms: rest.reduce((product, size) => product * size, 1),
    };
  }
  const [second = 1, ...kernel] = rest;
  const ones = kernel.map(() => 1);
  const groupInputs = first / groups;
  return {
    shape: [groups, groupInputs, second, ...kernel],
    inputs: [groups, groupInputs, 1, ...ones],
    outputs: [groups, 1, second, ...ones],
    summed: [2, ...kernel.map((_, axis) => axis + 4)],
    terms: kernel.reduce((product, size) => product * size, groupInputs),
  };
}

/** @param weight `[B,...]` of one layout. @returns the same numbers in the other one. */
export function inLayout<Value extends Shaped>(
  arithmetic: GeneratorArithmetic<Value>,
  weight: Value,
  shape: readonly number[],
): Value {
  const [batch = 0, ...before] = weight.shape;
  const isSo = before.length === shape.length && before.every((size, axis) => size === shape[axis]);
  return isSo ? weight : arithmetic.reshape(weight, [batch, ...shape]);
}
