/** Activations of one entry at a time, any shape. NaN stays NaN. */
import type { Tensor } from "../autograd/tensor.js";
import {
  type Activation,
  activationFunction,
  DEFAULT_NEGATIVE_SLOPE,
  INVERSE_SQRT_TWO_PI,
  normalCdf,
} from "../core/activations.js";
import { check } from "../core/arguments.js";
import { FINITE } from "../core/kinds.js";
import { add, multiply } from "./arithmetic.js";
import { exp, negate, square } from "./elementwise.js";
import { type UnaryRule, unary } from "./unary.js";

/**
 * The derivatives of those that are curved, in operations and without differences that lose digits where they are flat;
 * the others are straight on both sides of a kink.
 */
const SLOPES: { readonly [Name in Activation]?: (x: Tensor, y: Tensor) => Tensor } = {
  silu: (x) => add(sigmoid(x), multiply(x, sigmoidSlope(x))),
  gelu: (x) => add(cumulative(x), multiply(x, normalDensity(x))),
  // 1 / cosh^2(x) = 4 s(2x) s(-2x) of the sigmoid s.
  tanh: (x) => multiply(sigmoidSlope(multiply(x, 2)), 4),
  sigmoid: (x) => sigmoidSlope(x),
  softplus: (x) => sigmoid(x),
};

const NORMAL_CDF: UnaryRule = {
  value: normalCdf,
  gradient: (upstream, x) => upstream * INVERSE_SQRT_TWO_PI * Math.exp(-0.5 * x * x),
  derivative: (upstream, x) => multiply(upstream, normalDensity(x)),
};

function cumulative(x: Tensor): Tensor {
  return unary("normalCdf", x, NORMAL_CDF);
}

function normalDensity(x: Tensor): Tensor {
  return multiply(exp(multiply(square(x), -0.5)), INVERSE_SQRT_TWO_PI);
}

function sigmoidSlope(x: Tensor): Tensor {
  return multiply(sigmoid(x), sigmoid(negate(x)));
}

/** The kernels' own definition of an activation, so that a chain of operations equals the fused network. */
function ruleOf(name: Activation, negativeSlope: number = DEFAULT_NEGATIVE_SLOPE): UnaryRule {
  const { value, derivative } = activationFunction(name, name);
  const slope = SLOPES[name];
  return {
    name,
    ...(slope && { derivative: (upstream, x, y) => multiply(upstream, slope(x, y)) }),
    value: (x) => value(x, negativeSlope),
    settings: { negativeSlope },
    gradient: (upstream, x) => {
      const slope = derivative(x, negativeSlope);
      // Where the function is flat nothing passes, not even an infinite gradient.
      return slope === 0 ? 0 : upstream * slope;
    },
  };
}

const RELU = ruleOf("relu");
const SILU = ruleOf("silu");
const GELU = ruleOf("gelu");
const TANH = ruleOf("tanh");
const SIGMOID = ruleOf("sigmoid");
const SOFTPLUS = ruleOf("softplus");

/** `max(x, 0)`; its gradient at 0 is 0. */
export function relu(x: Tensor): Tensor {
  return unary("relu", x, RELU);
}

/** `x` where it is positive, `negativeSlope * x` elsewhere (the gradient at 0 is `negativeSlope`). */
export function leakyRelu(x: Tensor, negativeSlope: number = DEFAULT_NEGATIVE_SLOPE): Tensor {
  check("leakyRelu", "negativeSlope", negativeSlope, FINITE);
  return unary("leakyRelu", x, ruleOf("leakyRelu", negativeSlope));
}

/** `x sigmoid(x)`, also called swish (Elfwing, Uchibe, Doya, 2018). */
export function silu(x: Tensor): Tensor {
  return unary("silu", x, SILU);
}

/** `x Phi(x)` with the exact normal distribution function (Hendrycks, Gimpel, 2016), not its tanh form. */
export function gelu(x: Tensor): Tensor {
  return unary("gelu", x, GELU);
}

/** Hyperbolic tangent. */
export function tanh(x: Tensor): Tensor {
  return unary("tanh", x, TANH);
}

/** `1 / (1 + e^-x)` */
export function sigmoid(x: Tensor): Tensor {
  return unary("sigmoid", x, SIGMOID);
}

/** `log(1 + e^x)` */
export function softplus(x: Tensor): Tensor {
  return unary("softplus", x, SOFTPLUS);
}
