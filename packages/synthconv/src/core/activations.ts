/**
 * The activations of a pixel network and of the operations. A new one is an entry of this table and its sentence in
 * docs/api.md; with kernel code in kernels/pixel-network/stack/assembly/activations.ts under the same name it is fast as well.
 */
import { wrongKind } from "./arguments.js";
import { erfc } from "./erf.js";
import { type Kind, oneOf } from "./kinds.js";

/** Slope of leakyRelu below zero where none is given: PyTorch's default. */
export const DEFAULT_NEGATIVE_SLOPE = 0.01;

export interface ActivationFunction {
  readonly value: (z: number, negativeSlope: number) => number;
  /** d value / d z. At a kink the derivative from the left, as in PyTorch: relu'(0) = 0. */
  readonly derivative: (z: number, negativeSlope: number) => number;
}

export const INVERSE_SQRT_TWO_PI = 0.3989422804014327;

/** Neither branch raises e to a positive power: no overflow at either end. */
function sigmoid(z: number): number {
  if (z >= 0) return 1 / (1 + Math.exp(-z));
  const power = Math.exp(z);
  return power / (1 + power);
}

/** The derivative of `sigmoid`, without the cancellation of s (1 - s) where s is near 1. */
function sigmoidSlope(z: number): number {
  const power = Math.exp(-Math.abs(z));
  return power / ((1 + power) * (1 + power));
}

/** Cumulative distribution of the standard normal; 1 + erf would have no digits left far below 0. */
export function normalCdf(z: number): number {
  return 0.5 * erfc(-z * Math.SQRT1_2);
}

// The comparisons let a NaN through, as in PyTorch.
function relu(z: number): number {
  return z <= 0 ? 0 : z;
}

function reluSlope(z: number): number {
  return z <= 0 ? 0 : 1;
}

const activations = {
  none: { value: (z: number): number => z, derivative: (_: number): number => 1 },
  relu: { value: (z: number): number => relu(z), derivative: (z: number): number => reluSlope(z) },
  // With a slope of 0 it is relu, also of infinities and NaN.
  leakyRelu: {
    value: (z: number, negativeSlope: number): number =>
      negativeSlope === 0 ? relu(z) : z > 0 ? z : z * negativeSlope,
    derivative: (z: number, negativeSlope: number): number =>
      negativeSlope === 0 ? reluSlope(z) : z > 0 ? 1 : negativeSlope,
  },
  silu: {
    value: (z: number): number => z * sigmoid(z),
    derivative: (z: number): number => sigmoid(z) + z * sigmoidSlope(z),
  },
  /** The exact form with the error function, as in PyTorch's default. */
  gelu: {
    value: (z: number): number => z * normalCdf(z),
    derivative: (z: number): number => normalCdf(z) + z * INVERSE_SQRT_TWO_PI * Math.exp(-0.5 * z * z),
  },
  // 1 / cosh^2 and not 1 - y^2: y is rounded, and 1 - y^2 has no digits left where tanh saturates.
  tanh: {
    value: (z: number): number => Math.tanh(z),
    derivative: (z: number): number => 1 / Math.cosh(z) ** 2,
  },
  sigmoid: {
    value: (z: number): number => sigmoid(z),
    derivative: (z: number): number => sigmoidSlope(z),
  },
  softplus: {
    value: (z: number): number => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))),
    derivative: (z: number): number => sigmoid(z),
  },
};

export type Activation = keyof typeof activations;

export const activationNames: readonly Activation[] = Object.keys(activations) as Activation[];

export const ACTIVATION: Kind<Activation> = oneOf(activationNames);

/**
 * The function behind a name and its derivative.
 *
 * @throws {ValueError} when there is no activation of this name.
 */
export function activationFunction(where: string, name: Activation): ActivationFunction {
  if (Object.hasOwn(activations, name)) return activations[name];
  throw wrongKind(where, name, ACTIVATION);
}
