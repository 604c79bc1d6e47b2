/** Trained weights that a fully connected network scales and shifts: what those kinds have in common. */
import { type Initializer, initializers } from "../core/index.js";
import { type GeneratorStart, type LayerInitializers, ownInitializer } from "./initialization.js";
import type { ParameterSlice } from "./kind.js";
import type { Perceptron } from "./perceptron.js";
import { type GeneratedPlace, generatedSize } from "./places.js";
import { weightsToStartWith } from "./written-start.js";

/**
 * A hundredth of the weights' size at the start: conditions differ from the first step on, and the mean square of what
 * is scaled grows by one in ten thousand.
 */
const DEVIATION = 0.01;

/** `base` [N], the trained weights, and the parameters of the network whose head writes how far factors are from 1. */
export function scaledParameters(
  places: readonly GeneratedPlace[],
  { parameters }: Perceptron,
): Map<string, readonly number[]> {
  return new Map([["base", [generatedSize(places)]], ...parameters]);
}

/** A tensor's entries of `base`. */
export function baseOf({ offset, size }: GeneratedPlace): ParameterSlice {
  return { name: "base", axis: 0, from: offset, to: offset + size };
}

export function scaledInitializers(
  start: GeneratorStart,
  places: readonly GeneratedPlace[],
  network: Perceptron,
): Map<string, Initializer> {
  const weights = weightsToStartWith(start, places);
  const base = weights === undefined ? ownInitializer(start, places) : () => Float64Array.from(weights);
  return new Map([["base", base], ...network.initializers(start, headOf(start, network.headInputs))]);
}

/** Numbers to start with are written exactly, so that the head starts at 0 where they are given. */
function headOf({ initialization, conditionMeanSquare }: GeneratorStart, inputs: number): LayerInitializers {
  const zero = initializers.constant(0);
  if (typeof initialization === "object" || inputs === 0) return { weight: zero, bias: zero };
  return { weight: initializers.normal(DEVIATION / Math.sqrt(inputs * conditionMeanSquare)), bias: zero };
}
