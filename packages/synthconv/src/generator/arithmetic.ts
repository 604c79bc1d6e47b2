/**
 * What generators are written in: operations of the library by their own names. A generator is written once and
 * runs on the tape, where ops/ are these operations, and without it, in float64 on plain arrays.
 */
import type { Shape } from "../core/index.js";

export interface GeneratorArithmetic<Value extends Shaped> {
  /** x `[R,I]`, weight `[O,I]`, bias `[O]` -> `[R,O]` */
  linear(x: Value, weight: Value, bias: Value): Value;
  /** `[B,M,K]`, `[B,K,N]` -> `[B,M,N]`, also without the batch axis of both. */
  matmul(a: Value, b: Value): Value;
  concat(values: readonly Value[], axis: number): Value;
  /** Axes of size 1 are repeated, as in NumPy; so in the next two. */
  add(a: Value, b: Value): Value;
  multiply(a: Value, b: Value): Value;
  divide(a: Value, b: Value): Value;
  relu(x: Value): Value;
  sqrt(x: Value): Value;
  /** Along the last axis. */
  softmax(x: Value): Value;
  sum(x: Value, options: SumOptions): Value;
  /** One range [first, behind the last] per axis, undefined for all of it; the last axes may be left out. */
  slice(x: Value, ranges: readonly (readonly [number, number] | undefined)[]): Value;
  /** The same numbers, row-major. */
  reshape(x: Value, shape: Shape): Value;
  /** Fixed numbers, of the element type of `like`. */
  constant(values: ArrayLike<number>, shape: Shape, like: Value): Value;
  /** Of the element type of `like`. */
  zeros(shape: Shape, like: Value): Value;
  /** x [R,N] whose entries are moved out of reach, but for the `kept` largest of each row: a softmax gives them nothing. */
  withoutRest(x: Value, kept: number): Value;
}

export interface Shaped {
  readonly shape: Shape;
}

export interface SumOptions {
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}
