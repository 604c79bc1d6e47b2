/**
 * Functions of one number by polynomials, and their gradients (AssemblyScript): a kernel of its own, three times as large as that of
 * the functions of an instruction or two, which is all that many networks run.
 */

import {
  eachGradient, eachValue,
  function_exp, function_gelu, function_log, function_sigmoid, function_silu, function_tanh,
} from "../../assembly/each";

export {
  function_exp, function_gelu, function_log, function_sigmoid, function_silu, function_tanh,
} from "../../assembly/each";

/** @returns 1 where an entry lies outside of the domain of the function, or may. */
export function values(code: i32, from: usize, to: usize, count: i32): i32 {
  if (code == function_exp) return eachValue(function_exp, from, to, count);
  if (code == function_log) return eachValue(function_log, from, to, count);
  if (code == function_silu) return eachValue(function_silu, from, to, count);
  if (code == function_gelu) return eachValue(function_gelu, from, to, count);
  if (code == function_tanh) return eachValue(function_tanh, from, to, count);
  return eachValue(function_sigmoid, from, to, count);
}

/** @returns 1 where an entry lies outside of the domain of the gradient, or may. */
export function gradients(code: i32, upstream: usize, from: usize, to: usize, count: i32): i32 {
  if (code == function_exp) return eachGradient(function_exp, upstream, from, to, count);
  if (code == function_log) return eachGradient(function_log, upstream, from, to, count);
  if (code == function_silu) return eachGradient(function_silu, upstream, from, to, count);
  if (code == function_gelu) return eachGradient(function_gelu, upstream, from, to, count);
  if (code == function_tanh) return eachGradient(function_tanh, upstream, from, to, count);
  return eachGradient(function_sigmoid, upstream, from, to, count);
}
