/**
 * What is done to every entry by itself (AssemblyScript) in an instruction or two: functions of one number with their gradients, and
 * arithmetic of two. The kernel exports their codes under the names that they have outside. Counts are filled up to a multiple of 4
 * with whatever lies there.
 */

import {
  eachGradient, eachValue, function_abs, function_negate, function_relu, function_sqrt, function_square,
} from "./each";

export { function_abs, function_negate, function_relu, function_sqrt, function_square } from "./each";

export const arithmetic_add: i32 = 0;
export const arithmetic_subtract: i32 = 1;
export const arithmetic_multiply: i32 = 2;
export const arithmetic_divide: i32 = 3;

/** @returns 1 where an entry lies outside of the domain of the function, or may. */
export function values(code: i32, from: usize, to: usize, count: i32): i32 {
  if (code == function_negate) return eachValue(function_negate, from, to, count);
  if (code == function_sqrt) return eachValue(function_sqrt, from, to, count);
  if (code == function_abs) return eachValue(function_abs, from, to, count);
  if (code == function_square) return eachValue(function_square, from, to, count);
  return eachValue(function_relu, from, to, count);
}

/** @returns 1 where an entry lies outside of the domain of the gradient, or may. */
export function gradients(code: i32, upstream: usize, from: usize, to: usize, count: i32): i32 {
  if (code == function_negate) return eachGradient(function_negate, upstream, from, to, count);
  if (code == function_sqrt) return eachGradient(function_sqrt, upstream, from, to, count);
  if (code == function_abs) return eachGradient(function_abs, upstream, from, to, count);
  if (code == function_square) return eachGradient(function_square, upstream, from, to, count);
  return eachGradient(function_relu, upstream, from, to, count);
}

@inline
function resultOf(code: i32, a: v128, b: v128): v128 {
  if (code == arithmetic_add) return f32x4.add(a, b);
  if (code == arithmetic_subtract) return f32x4.sub(a, b);
  if (code == arithmetic_multiply) return f32x4.mul(a, b);
  return f32x4.div(a, b);
}

@inline
function eachResult(code: i32, a: usize, stepA: usize, b: usize, stepB: usize, to: usize, count: i32): void {
  for (const end = to + (<usize>count << 2); to < end; a += stepA, b += stepB, to += 16) {
    v128.store(to, resultOf(code, v128.load(a), v128.load(b)));
  }
}

/** @param stepA 16, or 0 where four times the same number is all of it. */
export function combine(
  code: i32, a: usize, stepA: usize, b: usize, stepB: usize, to: usize, count: i32,
): void {
  if (code == arithmetic_add) eachResult(arithmetic_add, a, stepA, b, stepB, to, count);
  else if (code == arithmetic_subtract) eachResult(arithmetic_subtract, a, stepA, b, stepB, to, count);
  else if (code == arithmetic_multiply) eachResult(arithmetic_multiply, a, stepA, b, stepB, to, count);
  else eachResult(arithmetic_divide, a, stepA, b, stepB, to, count);
}
