/**
 * Functions of four float32 numbers (AssemblyScript). Each holds its bound within a domain, which it is told beside it; README.md
 * has the bounds and where the polynomials come from. Entries outside of the domain are done again by the reference.
 */

import { multiplyAdd } from "../../base/assembly/simd";

/** The bit of the sign: for f32x4.abs and f32x4.neg engines make it anew each time, by two instructions. */
const SIGN: i32 = i32.MIN_VALUE;

@inline
export function magnitude(x: v128): v128 {
  return v128.and(x, i32x4.splat(~SIGN));
}

/** -|x| */
@inline
function minusMagnitude(x: v128): v128 {
  return v128.or(x, i32x4.splat(SIGN));
}

@inline
function minus(x: v128): v128 {
  return v128.xor(x, i32x4.splat(SIGN));
}

const LOG2_E: f32 = 1.4426950408889634;
// ln 2 in two parts: whole multiples of the first are exact up to 2^8 of them.
const LN2_HIGH: f32 = 0.693145751953125;
const LN2_LOW: f32 = 1.428606765330187e-6;

const WHOLE: f32 = 12582912;

/** e^x, for -87 <= x <= 88, where it is neither denormal nor infinite. */
@inline
export function exponential(x: v128): v128 {
  // Added to 1.5 * 2^23 a number is rounded to a whole one, whose bits are the lowest: nearest and trunc_sat take 8 instructions.
  const shifted = multiplyAdd(x, f32x4.splat(LOG2_E), f32x4.splat(WHOLE));
  const n = f32x4.sub(shifted, f32x4.splat(WHOLE));
  let r = multiplyAdd(n, f32x4.splat(-LN2_HIGH), x);
  r = multiplyAdd(n, f32x4.splat(-LN2_LOW), r);
  // The last terms do not wait for the first ones.
  const square = f32x4.mul(r, r);
  const low = multiplyAdd(f32x4.splat(0.16666577), r, f32x4.splat(0.5));
  let p = multiplyAdd(f32x4.splat(0.00139013), r, f32x4.splat(0.0083632));
  p = multiplyAdd(p, r, f32x4.splat(0.04166685));
  p = multiplyAdd(p, square, low);
  p = f32x4.add(f32x4.splat(1), multiplyAdd(p, square, r));
  // 2^n by adding n to the exponent.
  return i32x4.add(p, i32x4.shl(shifted, 23));
}

const SQRT_HALF_BITS: i32 = 0x3f3504f3;

/** ln x, for normal positive numbers. */
@inline
export function logarithm(x: v128): v128 {
  // x = 2^n m with m from sqrt(1/2) to sqrt(2).
  const steps = i32x4.sub(x, i32x4.splat(SQRT_HALF_BITS));
  const exponent = i32x4.shr_s(steps, 23);
  const m = i32x4.sub(x, i32x4.shl(exponent, 23));
  const n = f32x4.convert_i32x4_s(exponent);
  const f = f32x4.sub(m, f32x4.splat(1));
  const square = f32x4.mul(f, f);
  let p = multiplyAdd(f32x4.splat(-0.0797411), f, f32x4.splat(0.12655651));
  p = multiplyAdd(p, f, f32x4.splat(-0.12989291));
  p = multiplyAdd(p, f, f32x4.splat(0.14209952));
  p = multiplyAdd(p, f, f32x4.splat(-0.16641581));
  p = multiplyAdd(p, f, f32x4.splat(0.20001201));
  p = multiplyAdd(p, f, f32x4.splat(-0.25000304));
  p = multiplyAdd(p, f, f32x4.splat(0.3333333));
  // The largest terms last: n ln 2 and f.
  let sum = f32x4.mul(f32x4.mul(p, f), square);
  sum = multiplyAdd(n, f32x4.splat(LN2_LOW), sum);
  sum = multiplyAdd(square, f32x4.splat(-0.5), sum);
  sum = f32x4.add(f, sum);
  return multiplyAdd(n, f32x4.splat(LN2_HIGH), sum);
}

/** From here on float32 rounds tanh to 1; the quotient below leaves [-1, 1] a little later. */
const TANH_END: f32 = 9.0;
/** Below it tanh x is x, and the quotient would lose the digits of the smallest. */
const TANH_LINEAR: f32 = 0.000244140625;

/**
 * tanh x = x p(x^2) / q(x^2), the quotient of Eigen's `generic_fast_tanh_float` (degrees 13 and 6), held to [-1, 1]. A NaN
 * stays one.
 */
@inline
export function hyperbolicTangent(value: v128): v128 {
  // pmin and pmax keep a NaN in their first operand, and are one instruction where min and max are six.
  const x = f32x4.pmax(f32x4.pmin(value, f32x4.splat(TANH_END)), f32x4.splat(-TANH_END));
  const square = f32x4.mul(x, x);
  let p = multiplyAdd(f32x4.splat(-2.76076847742355e-16), square, f32x4.splat(2.00018790482477e-13));
  p = multiplyAdd(p, square, f32x4.splat(-8.60467152213735e-11));
  p = multiplyAdd(p, square, f32x4.splat(5.12229709037114e-8));
  p = multiplyAdd(p, square, f32x4.splat(1.48572235717979e-5));
  p = multiplyAdd(p, square, f32x4.splat(6.37261928875436e-4));
  p = multiplyAdd(p, square, f32x4.splat(4.89352455891786e-3));
  let q = multiplyAdd(f32x4.splat(1.19825839466702e-6), square, f32x4.splat(1.18534705686654e-4));
  q = multiplyAdd(q, square, f32x4.splat(2.268434632439e-3));
  q = multiplyAdd(q, square, f32x4.splat(4.89352518554385e-3));
  const quotient = f32x4.div(f32x4.mul(x, p), q);
  const held = f32x4.pmax(f32x4.pmin(quotient, f32x4.splat(1)), f32x4.splat(-1));
  return v128.bitselect(value, held, f32x4.lt(magnitude(value), f32x4.splat(TANH_LINEAR)));
}

/** 1 / cosh^2 x = 4 e^(-2|x|) / (1 + e^(-2|x|))^2, for |x| <= 40. */
@inline
export function hyperbolicSlope(x: v128): v128 {
  const power = exponential(f32x4.mul(minusMagnitude(x), f32x4.splat(2)));
  const whole = f32x4.add(power, f32x4.splat(1));
  return f32x4.div(f32x4.mul(power, f32x4.splat(4)), f32x4.mul(whole, whole));
}

/** 1 + e^-x, for |x| <= 87. */
@inline
function sigmoidDivisor(x: v128): v128 {
  return f32x4.add(exponential(minus(x)), f32x4.splat(1));
}

/** 1 / (1 + e^-x), for |x| <= 87. */
@inline
export function sigmoid(x: v128): v128 {
  return f32x4.div(f32x4.splat(1), sigmoidDivisor(x));
}

/** e^-|x| / (1 + e^-|x|)^2, for |x| <= 80: the square of e^-x itself would be infinite. */
@inline
export function sigmoidSlope(x: v128): v128 {
  const power = exponential(minusMagnitude(x));
  const whole = f32x4.add(power, f32x4.splat(1));
  return f32x4.div(power, f32x4.mul(whole, whole));
}

/** x / (1 + e^-x), for |x| <= 87. */
@inline
export function silu(x: v128): v128 {
  return f32x4.div(x, sigmoidDivisor(x));
}

/** s + x s (1 - s) = s (1 + x e^-x s) of the sigmoid s, for |x| <= 80. */
@inline
export function siluSlope(x: v128): v128 {
  const one = f32x4.splat(1);
  const power = exponential(minus(x));
  const share = f32x4.div(one, f32x4.add(power, one));
  return f32x4.mul(share, multiplyAdd(x, f32x4.mul(power, share), one));
}

/** Clears the last 12 bits of the mantissa: the square of what stays is exact. */
const UPPER_BITS: i32 = 0xfffff000;

/** e^(-x^2 / 2), for |x| <= 13: x^2 / 2 is rounded by more than the result may be, so it is taken in two parts. */
@inline
function bell(x: v128): v128 {
  const upper = v128.and(x, i32x4.splat(UPPER_BITS));
  const half = f32x4.splat(-0.5);
  const rest = f32x4.mul(f32x4.mul(f32x4.sub(x, upper), f32x4.add(x, upper)), half);
  const power = exponential(f32x4.mul(f32x4.mul(upper, upper), half));
  // e^rest of at most 0.05: three terms.
  let small = multiplyAdd(rest, f32x4.splat(0.16666667), f32x4.splat(0.5));
  small = multiplyAdd(f32x4.mul(small, rest), rest, rest);
  return multiplyAdd(power, small, power);
}

/** The part of the standard normal distribution beyond |x|, from e^(-x^2 / 2). */
@inline
function tail(x: v128, power: v128): v128 {
  const one = f32x4.splat(1);
  const t = f32x4.div(one, multiplyAdd(magnitude(x), f32x4.splat(0.3), one));
  let p = multiplyAdd(f32x4.splat(0.0382990634), t, f32x4.splat(-0.168780392));
  p = multiplyAdd(p, t, f32x4.splat(0.227861831));
  p = multiplyAdd(p, t, f32x4.splat(-0.0755916354));
  p = multiplyAdd(p, t, f32x4.splat(0.141902163));
  p = multiplyAdd(p, t, f32x4.splat(0.0949540351));
  p = multiplyAdd(p, t, f32x4.splat(0.121850915));
  p = multiplyAdd(p, t, f32x4.splat(0.119497456));
  p = multiplyAdd(p, t, f32x4.splat(6.59320409e-6));
  return f32x4.mul(p, power);
}

@inline
function cumulative(x: v128, power: v128): v128 {
  const beyond = tail(x, power);
  return v128.bitselect(beyond, f32x4.sub(f32x4.splat(1), beyond), f32x4.lt(x, f32x4.splat(0)));
}

/** x Phi(x), for |x| <= 13. */
@inline
export function gelu(x: v128): v128 {
  return f32x4.mul(x, cumulative(x, bell(x)));
}

const INVERSE_SQRT_TWO_PI: f32 = 0.3989422804014327;

/** Phi(x) + x phi(x), for |x| <= 13. */
@inline
export function geluSlope(x: v128): v128 {
  const power = bell(x);
  return multiplyAdd(f32x4.mul(x, f32x4.splat(INVERSE_SQRT_TWO_PI)), power, cumulative(x, power));
}
