/** What does a function, or arithmetic, entry by entry, the best first. */
import { choose } from "../../core/choices.js";
import type { FloatArray } from "../../core/index.js";
import { arithmeticReference, functionReference } from "./reference.js";
import type {
  Arithmetic,
  ArithmeticImplementation,
  EntryFunction,
  FunctionImplementation,
  PreparedFunction,
  RowOperation,
} from "./types.js";
import { arithmeticWasm, functionWasm } from "./wasm.js";

const functions: readonly FunctionImplementation[] = [functionWasm, functionReference];
const arithmetics: readonly ArithmeticImplementation[] = [arithmeticWasm, arithmeticReference];

export function prepareFunction(fn: EntryFunction, sample: FloatArray): PreparedFunction {
  return choose("function of entries", functions, fn, sample);
}

export function prepareRows(
  operation: Arithmetic,
  a: FloatArray,
  b: FloatArray,
  out: FloatArray,
): RowOperation {
  return choose("arithmetic of entries", arithmetics, operation, a, b, out);
}
