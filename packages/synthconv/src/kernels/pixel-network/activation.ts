import { erf } from "../../core/erf.js";
import type { PixelLayer } from "./network.js";

/** Value and derivative of an activation at the pre-activation z. */
export interface ActivationFunction {
  readonly value: (z: number) => number;
  readonly derivative: (z: number) => number;
}

const SQRT_HALF = Math.SQRT1_2;
const INVERSE_SQRT_TWO_PI = 1 / Math.sqrt(2 * Math.PI);

export function activationFunction({ activation, negativeSlope = 0.01 }: PixelLayer): ActivationFunction {
  switch (activation) {
    case "none":
      return { value: (z) => z, derivative: () => 1 };
    case "relu":
      // Not Math.max: `z < 0` keeps NaN, as PyTorch does.
      return { value: (z) => (z < 0 ? 0 : z), derivative: (z) => (z > 0 ? 1 : 0) };
    case "leakyRelu":
      return {
        value: (z) => (z < 0 ? negativeSlope * z : z),
        derivative: (z) => (z > 0 ? 1 : negativeSlope),
      };
    case "silu":
      return {
        value: (z) => z * sigmoid(z),
        derivative: (z) => sigmoid(z) * (1 + z * (1 - sigmoid(z))),
      };
    case "gelu":
      return {
        value: (z) => z * normalDistribution(z),
        derivative: (z) => normalDistribution(z) + z * INVERSE_SQRT_TWO_PI * Math.exp((-z * z) / 2),
      };
    case "tanh":
      return { value: Math.tanh, derivative: (z) => 1 - Math.tanh(z) ** 2 };
    case "sigmoid":
      return { value: sigmoid, derivative: (z) => sigmoid(z) * (1 - sigmoid(z)) };
    case "softplus":
      return { value: (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))), derivative: sigmoid };
  }
}

function sigmoid(z: number): number {
  return 1 / (1 + Math.exp(-z));
}

function normalDistribution(z: number): number {
  return 0.5 * (1 + erf(z * SQRT_HALF));
}
