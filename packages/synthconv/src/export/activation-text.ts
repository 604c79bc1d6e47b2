/** The activations as expressions of shader languages, which have no erf and overflow where float64 does not. */
import type { Activation } from "../core/activations.js";
import { float } from "./text.js";

/**
 * Bodies of `float activation(float z)`, in the words that GLSL and WGSL share.
 *
 * gelu takes the error function by Abramowitz and Stegun, 7.1.26, which is within 1.5e-7. Powers of e are taken of
 * numbers below 0 alone, and tanh within the range where float32 has digits of it.
 */
const BODIES: Readonly<Record<Activation, (negativeSlope: number) => readonly string[]>> = {
  none: () => ["return z;"],
  relu: () => ["return max(z, 0.0);"],
  leakyRelu: (slope) => [`return max(z, 0.0) + ${float(slope)} * min(z, 0.0);`],
  silu: () => ["return z / (1.0 + exp(min(-z, 80.0)));"],
  gelu: () => [
    "LET x = abs(z) * 0.70710678;",
    "LET t = 1.0 / (1.0 + 0.3275911 * x);",
    "LET p = ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t;",
    "LET e = sign(z) * (1.0 - p * exp(-x * x));",
    "return 0.5 * z * (1.0 + e);",
  ],
  tanh: () => ["return tanh(clamp(z, -20.0, 20.0));"],
  sigmoid: () => ["return 1.0 / (1.0 + exp(min(-z, 80.0)));"],
  softplus: () => ["return max(z, 0.0) + log(1.0 + exp(-abs(z)));"],
};

/** @param local the word that declares a float, such as `float` or `let`. */
export function activationBody(activation: Activation, negativeSlope: number, local: string): string[] {
  return BODIES[activation](negativeSlope).map((line) => `  ${line.replace("LET", local)}`);
}
