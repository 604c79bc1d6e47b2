/** Rules of operations of two tensors from functions of two numbers. */
import { numbersOf } from "../autograd/numbers.js";
import { Tensor } from "../autograd/tensor.js";
import { allocateUnset, type DType, type FloatArray } from "../core/float-array.js";
import type { BinaryRule, RowsOf } from "./binary.js";
import { broadcastStrides, forEachRow } from "./strided.js";

/** The gradient of one input entry, from the upstream gradient and both entries. */
export type EntryGradient = (upstream: number, a: number, b: number) => number;

export function rowsOf(value: (a: number, b: number) => number): RowsOf {
  return () => (a, fromA, stepA, b, fromB, stepB, out, start, length) => {
    for (let i = 0; i < length; i++) {
      out[start + i] = value(a[fromA + i * stepA] as number, b[fromB + i * stepB] as number);
    }
  };
}

/**
 * `gradient` at every entry of the output's shape.
 *
 * @param dtype float64 where the entries are summed and may cancel.
 */
export function gradientArray(
  gradient: EntryGradient,
  upstream: Tensor,
  a: Tensor,
  b: Tensor,
  dtype: DType = a.dtype,
): FloatArray {
  const { shape } = upstream;
  const [data, ofA, ofB] = [numbersOf(upstream), numbersOf(a), numbersOf(b)];
  const out = allocateUnset(dtype, upstream.size);
  const [stridesA, stridesB] = [broadcastStrides(a.shape, shape), broadcastStrides(b.shape, shape)];
  forEachRow(shape, stridesA, stridesB, (start, length, fromA, stepA, fromB, stepB) => {
    for (let i = 0; i < length; i++) {
      const [x, y] = [ofA[fromA + i * stepA] as number, ofB[fromB + i * stepB] as number];
      out[start + i] = gradient(data[start + i] as number, x, y);
    }
  });
  return out;
}

/** The gradient for an upstream gradient of 1, as a constant. */
export function slopes(gradient: EntryGradient, upstream: Tensor, a: Tensor, b: Tensor): Tensor {
  const ones = allocateUnset(upstream.dtype, upstream.size).fill(1);
  const { shape } = upstream;
  return new Tensor({ shape, data: gradientArray(gradient, new Tensor({ shape, data: ones }), a, b) });
}

type Derivatives = Pick<BinaryRule, "derivativeA" | "derivativeB">;

export function entryRule(
  value: (a: number, b: number) => number,
  gradientA: EntryGradient,
  gradientB: EntryGradient,
  derivatives: Derivatives,
): BinaryRule {
  return {
    rows: rowsOf(value),
    gradientA: (upstream, a, b) => gradientArray(gradientA, upstream, a, b),
    gradientB: (upstream, a, b) => gradientArray(gradientB, upstream, a, b),
    ...derivatives,
  };
}
