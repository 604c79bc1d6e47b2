import type { Implementation } from "../../core/choices.js";
import type { FloatArray } from "../../core/index.js";

/** A function of one number, with its derivative; in float64. */
export interface EntryFunction {
  /** What the kernel calls it; without a name, or with one that the kernel does not know, plain loops run. */
  readonly name?: string;
  readonly value: (x: number) => number;
  /** The gradient of the entry x, from the upstream gradient and the (rounded) result y. */
  readonly gradient: (upstream: number, x: number, y: number) => number;
}

/** A function on the numbers of one call. */
export interface PreparedFunction {
  readonly values: (input: FloatArray, output: FloatArray) => void;
  /** All of one length. */
  readonly gradients: (
    upstream: FloatArray,
    input: FloatArray,
    output: FloatArray,
    gradient: FloatArray,
  ) => void;
}

export type FunctionImplementation = Implementation<
  [fn: EntryFunction, sample: FloatArray],
  PreparedFunction
>;

export type Arithmetic = "add" | "subtract" | "multiply" | "divide";

/** `out[start + i] = a[fromA + i * stepA] (operation) b[fromB + i * stepB]` for i below `length`. */
export type RowOperation = (
  a: FloatArray,
  fromA: number,
  stepA: number,
  b: FloatArray,
  fromB: number,
  stepB: number,
  out: FloatArray,
  start: number,
  length: number,
) => void;

export type ArithmeticImplementation = Implementation<
  [operation: Arithmetic, a: FloatArray, b: FloatArray, out: FloatArray],
  RowOperation
>;
