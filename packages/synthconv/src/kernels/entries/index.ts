/** What is done to every entry by itself: functions of one number, arithmetic of two. */
import type { FloatArray } from "../../core/index.js";
import { prepareFunction, prepareRows } from "./implementations.js";
import type { Arithmetic, EntryFunction, RowOperation } from "./types.js";

export { type PreparedPower, preparePower, type RowGradient } from "./power.js";
export type { Arithmetic, EntryFunction, RowOperation } from "./types.js";

/** `output[i] = value(input[i])`; both of one length and element type. */
export function applyToEntries(fn: EntryFunction, input: FloatArray, output: FloatArray): void {
  prepareFunction(fn, input).values(input, output);
}

/** The gradients of the input's entries; all arrays of one length and element type. */
export function pullBackEntries(
  fn: EntryFunction,
  upstream: FloatArray,
  input: FloatArray,
  output: FloatArray,
  gradient: FloatArray,
): void {
  prepareFunction(fn, input).gradients(upstream, input, output, gradient);
}

/** What does rows of one call, from these arrays. */
export function arithmeticRows(
  operation: Arithmetic,
  a: FloatArray,
  b: FloatArray,
  out: FloatArray,
): RowOperation {
  return prepareRows(operation, a, b, out);
}
