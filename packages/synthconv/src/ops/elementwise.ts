/** Functions of one entry at a time, any shape. Outside their domain they give what IEEE 754 gives. */
import type { Tensor } from "../autograd/tensor.js";
import { check } from "../core/arguments.js";
import { ValueError } from "../core/errors.js";
import { NUMBER } from "../core/kinds.js";
import { divide, multiply } from "./arithmetic.js";
import { NEGATE } from "./negate.js";
import { type UnaryRule, unary } from "./unary.js";

const EXP: UnaryRule = {
  name: "exp",
  value: Math.exp,
  gradient: (upstream, _x, y) => upstream * y,
  derivative: (upstream, _x, y) => multiply(upstream, y),
};
const LOG: UnaryRule = {
  name: "log",
  value: Math.log,
  gradient: (upstream, x) => upstream / x,
  derivative: (upstream, x) => divide(upstream, x),
};
const SQRT: UnaryRule = {
  name: "sqrt",
  value: Math.sqrt,
  gradient: (upstream, _x, y) => upstream / (2 * y),
  derivative: (upstream, _x, y) => divide(upstream, multiply(y, 2)),
};
const ABS: UnaryRule = { name: "abs", value: Math.abs, gradient: (upstream, x) => upstream * Math.sign(x) };
const SIGN: UnaryRule = { value: Math.sign, gradient: "zero" };
const ROUND: UnaryRule = { value: roundHalfToEven, gradient: "zero" };
const FLOOR: UnaryRule = { value: Math.floor, gradient: "zero" };
const CEIL: UnaryRule = { value: Math.ceil, gradient: "zero" };
const SQUARE: UnaryRule = {
  name: "square",
  value: (x) => x * x,
  gradient: (upstream, x) => 2 * x * upstream,
  derivative: (upstream, x) => multiply(multiply(x, 2), upstream),
};
const SIN: UnaryRule = {
  value: Math.sin,
  gradient: (upstream, x) => upstream * Math.cos(x),
  derivative: (upstream, x) => multiply(upstream, cos(x)),
};
const COS: UnaryRule = {
  value: Math.cos,
  gradient: (upstream, x) => -upstream * Math.sin(x),
  derivative: (upstream, x) => multiply(upstream, negate(sin(x))),
};

/** `-x` */
export function negate(x: Tensor): Tensor {
  return unary("negate", x, NEGATE);
}

/** `e^x` */
export function exp(x: Tensor): Tensor {
  return unary("exp", x, EXP);
}

/** Natural logarithm: -Infinity at 0, NaN below. */
export function log(x: Tensor): Tensor {
  return unary("log", x, LOG);
}

/** Square root: NaN below 0, an infinite gradient at 0. */
export function sqrt(x: Tensor): Tensor {
  return unary("sqrt", x, SQRT);
}

/** `|x|`; its gradient at 0 is 0. */
export function abs(x: Tensor): Tensor {
  return unary("abs", x, ABS);
}

/** -1, 0 or 1. A function of steps: its gradient is 0 everywhere, so nothing learns through it. */
export function sign(x: Tensor): Tensor {
  return unary("sign", x, SIGN);
}

/**
 * The nearest whole number, halves to the even one (as in PyTorch). A function of steps: its gradient is 0
 * everywhere, so nothing learns through it. To train through it, give the rest a way around:
 * `add(x, subtract(round(x), x).detach({ reason: "straight-through" }))`.
 */
export function round(x: Tensor): Tensor {
  return unary("round", x, ROUND);
}

export function roundHalfToEven(x: number): number {
  const nearest = Math.round(x);
  return nearest - x === 0.5 && nearest % 2 !== 0 ? nearest - 1 : nearest;
}

/** The largest whole number that is not above `x`. A function of steps, as `round`: nothing learns through it. */
export function floor(x: Tensor): Tensor {
  return unary("floor", x, FLOOR);
}

/** The smallest whole number that is not below `x`. A function of steps, as `round`: nothing learns through it. */
export function ceil(x: Tensor): Tensor {
  return unary("ceil", x, CEIL);
}

/** Sine of radians; NaN at infinities. */
export function sin(x: Tensor): Tensor {
  return unary("sin", x, SIN);
}

/** Cosine of radians; NaN at infinities. */
export function cos(x: Tensor): Tensor {
  return unary("cos", x, COS);
}

/** `x^2` */
export function square(x: Tensor): Tensor {
  return unary("square", x, SQUARE);
}

/**
 * `x` held between `min` and `max`, either of which may be infinite; NaN stays NaN. The gradient passes where
 * `min <= x <= max`, on the bounds too, and is 0 outside and at NaN. On a bound either slope would do: PyTorch 1.13
 * passes the gradient there, PyTorch 2.15 does not; with 0 a pixel that is exactly white or black could never be
 * learned away from it.
 *
 * @throws {ValueError} when `min` is above `max` or one of them is NaN.
 */
export function clamp(x: Tensor, min: number, max: number): Tensor {
  check("clamp", "min", min, NUMBER);
  check("clamp", "max", max, NUMBER);
  if (!(min <= max)) {
    throw new ValueError({
      where: "clamp",
      expected: "min <= max",
      received: `min ${min} and max ${max}`,
      repair: "Use -Infinity or Infinity for a side without a bound.",
    });
  }
  return unary("clamp", x, {
    settings: { min, max },
    value: (value) => (value < min ? min : value > max ? max : value),
    gradient: (upstream, value) => (value >= min && value <= max ? upstream : 0),
  });
}
