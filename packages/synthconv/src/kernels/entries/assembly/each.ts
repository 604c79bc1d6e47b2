/**
 * Functions of one number and their gradients, done to every entry (AssemblyScript). Each kernel has some of them, by their codes:
 * what is not asked for is not in it. Counts are filled up to a multiple of 4 with whatever lies there.
 */

import {
  exponential, gelu, geluSlope, hyperbolicSlope, hyperbolicTangent, logarithm, magnitude, sigmoid, sigmoidSlope, silu, siluSlope,
} from "./functions";

export const function_negate: i32 = 0;
export const function_exp: i32 = 1;
export const function_log: i32 = 2;
export const function_sqrt: i32 = 3;
export const function_abs: i32 = 4;
export const function_square: i32 = 5;
export const function_relu: i32 = 6;
export const function_silu: i32 = 7;
export const function_gelu: i32 = 8;
export const function_tanh: i32 = 9;
export const function_sigmoid: i32 = 10;

const EVERYWHERE: i32 = -1;

@inline
function isAtMost(x: v128, most: f32): v128 {
  return f32x4.le(magnitude(x), f32x4.splat(most));
}

/** Where the kernel has the value. */
@inline
function hasValue(code: i32, x: v128): v128 {
  if (code == function_exp) return v128.and(f32x4.ge(x, f32x4.splat(-87)), f32x4.le(x, f32x4.splat(88)));
  if (code == function_log) {
    return v128.and(f32x4.ge(x, f32x4.splat(f32.MIN_NORMAL_VALUE)), f32x4.le(x, f32x4.splat(f32.MAX_VALUE)));
  }
  if (code == function_silu || code == function_sigmoid) return isAtMost(x, 87);
  if (code == function_gelu) return isAtMost(x, 13);
  return i32x4.splat(EVERYWHERE);
}

@inline
function valueOf(code: i32, x: v128): v128 {
  if (code == function_negate) return f32x4.neg(x);
  if (code == function_exp) return exponential(x);
  if (code == function_log) return logarithm(x);
  if (code == function_sqrt) return f32x4.sqrt(x);
  if (code == function_abs) return f32x4.abs(x);
  if (code == function_square) return f32x4.mul(x, x);
  // pmax(x, 0) is `x < 0 ? 0 : x`: a NaN stays a NaN.
  if (code == function_relu) return f32x4.pmax(x, f32x4.splat(0));
  if (code == function_silu) return silu(x);
  if (code == function_gelu) return gelu(x);
  if (code == function_tanh) return hyperbolicTangent(x);
  return sigmoid(x);
}

/**
 * Bytes of four vectors, which go through a function together: a polynomial is a chain in which every term waits for the one
 * before, and four chains beside each other fill the waiting; of functions of an instruction or two the counting of the loop costs
 * as much as they do. In the cache a vector took exp 7.6 ns by itself, 3.1 two at a time and 2.7 four at a time; gelu 15, 8.2 and
 * 8.1; relu 0.58 and 0.31 one and four at a time. Arithmetic of two gains nothing.
 */
const TURN: usize = 64;

/** @returns 1 where an entry lies outside of the domain of the function, or may. */
@inline
export function eachValue(code: i32, from: usize, to: usize, count: i32): i32 {
  let inside = i32x4.splat(EVERYWHERE);
  for (; count >= 16; count -= 16, from += TURN, to += TURN) {
    const a = v128.load(from), b = v128.load(from, 16), c = v128.load(from, 32), d = v128.load(from, 48);
    inside = v128.and(inside, v128.and(hasValue(code, a), hasValue(code, b)));
    inside = v128.and(inside, v128.and(hasValue(code, c), hasValue(code, d)));
    v128.store(to, valueOf(code, a));
    v128.store(to, valueOf(code, b), 16);
    v128.store(to, valueOf(code, c), 32);
    v128.store(to, valueOf(code, d), 48);
  }
  for (const end = from + (<usize>count << 2); from < end; from += 16, to += 16) {
    const x = v128.load(from);
    inside = v128.and(inside, hasValue(code, x));
    v128.store(to, valueOf(code, x));
  }
  return i32x4.all_true(inside) ? 0 : 1;
}

/** Where the kernel has the gradient: what is infinite, or has no digits beside the slope, is the reference's. */
@inline
function hasGradient(code: i32, upstream: v128, x: v128): v128 {
  if (code == function_square) return isAtMost(x, 1e38);
  if (code == function_silu || code == function_gelu || code == function_tanh || code == function_sigmoid) {
    const most: f32 = code == function_gelu ? 13 : code == function_tanh ? 40 : 80;
    return v128.and(isAtMost(x, most), isAtMost(upstream, f32.MAX_VALUE));
  }
  return i32x4.splat(EVERYWHERE);
}

/** `x` is the entry, for exp and sqrt the result. */
@inline
function gradientOf(code: i32, upstream: v128, x: v128): v128 {
  if (code == function_negate) return f32x4.neg(upstream);
  if (code == function_exp) return f32x4.mul(upstream, x);
  if (code == function_log) return f32x4.div(upstream, x);
  if (code == function_sqrt) return f32x4.div(upstream, f32x4.add(x, x));
  if (code == function_abs) {
    // At 0, and for a NaN, it is the product with it.
    const other = v128.bitselect(f32x4.neg(upstream), f32x4.mul(upstream, x), f32x4.lt(x, f32x4.splat(0)));
    return v128.bitselect(upstream, other, f32x4.gt(x, f32x4.splat(0)));
  }
  if (code == function_square) return f32x4.mul(f32x4.add(x, x), upstream);
  if (code == function_relu) return v128.andnot(upstream, f32x4.le(x, f32x4.splat(0)));
  if (code == function_silu) return f32x4.mul(upstream, siluSlope(x));
  if (code == function_gelu) return f32x4.mul(upstream, geluSlope(x));
  if (code == function_tanh) return f32x4.mul(upstream, hyperbolicSlope(x));
  return f32x4.mul(upstream, sigmoidSlope(x));
}

/** @returns 1 where an entry lies outside of the domain of the gradient, or may. */
@inline
export function eachGradient(code: i32, upstream: usize, from: usize, to: usize, count: i32): i32 {
  let inside = i32x4.splat(EVERYWHERE);
  for (; count >= 16; count -= 16, upstream += TURN, from += TURN, to += TURN) {
    const a = v128.load(from), b = v128.load(from, 16), c = v128.load(from, 32), d = v128.load(from, 48);
    const ofA = v128.load(upstream), ofB = v128.load(upstream, 16);
    const ofC = v128.load(upstream, 32), ofD = v128.load(upstream, 48);
    inside = v128.and(inside, v128.and(hasGradient(code, ofA, a), hasGradient(code, ofB, b)));
    inside = v128.and(inside, v128.and(hasGradient(code, ofC, c), hasGradient(code, ofD, d)));
    v128.store(to, gradientOf(code, ofA, a));
    v128.store(to, gradientOf(code, ofB, b), 16);
    v128.store(to, gradientOf(code, ofC, c), 32);
    v128.store(to, gradientOf(code, ofD, d), 48);
  }
  for (const end = from + (<usize>count << 2); from < end; upstream += 16, from += 16, to += 16) {
    const u = v128.load(upstream), x = v128.load(from);
    inside = v128.and(inside, hasGradient(code, u, x));
    v128.store(to, gradientOf(code, u, x));
  }
  return i32x4.all_true(inside) ? 0 : 1;
}
