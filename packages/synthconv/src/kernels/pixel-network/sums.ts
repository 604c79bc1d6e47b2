/**
 * Sums over pixels, folded in a fixed order: float32 sums of a chunk -> float64 sum of its slice, chunk after
 * chunk -> the total, slice after slice. The slices depend on the number of pixels alone, so the total is the
 * same bits whichever thread did which slice.
 */
import type { LayerGradients } from "./network/types.js";

/** Lengths of the arrays of one layer's gradients. */
export interface GradientSizes {
  readonly weight: number;
  readonly bias: number | undefined;
}

export function gradientSizes(
  gradients: readonly LayerGradients[] | undefined,
): readonly GradientSizes[] | undefined {
  return gradients?.map(({ weight, bias }) => ({ weight: weight.length, bias: bias?.length }));
}

/** Numbers of one slice: the loss, then the gradients of layer after layer. */
export function sumsLength(sizes: readonly GradientSizes[] | undefined): number {
  return (sizes ?? []).reduce((length, { weight, bias = 0 }) => length + weight + bias, 1);
}

/** The gradients of the slice whose sums start at `start`. */
export function gradientsIn(
  sums: Float64Array,
  start: number,
  sizes: readonly GradientSizes[] | undefined,
): readonly LayerGradients[] | undefined {
  let next = start + 1;
  const take = (length: number): Float64Array => {
    next += length;
    return sums.subarray(next - length, next);
  };
  return sizes?.map(({ weight, bias }) => ({
    weight: take(weight),
    bias: bias === undefined ? undefined : take(bias),
  }));
}

/** Adds the sums of the slice that start at `start` to the gradients, and returns its loss. */
export function foldSlice(
  sums: Float64Array,
  start: number,
  total: readonly LayerGradients[] | undefined,
): number {
  let next = start + 1;
  const addTo = (gradient: Float64Array): void => {
    for (let i = 0; i < gradient.length; i++) {
      gradient[i] = (gradient[i] as number) + (sums[next++] as number);
    }
  };
  for (const { weight, bias } of total ?? []) {
    addTo(weight);
    if (bias !== undefined) addTo(bias);
  }
  return sums[start] as number;
}
