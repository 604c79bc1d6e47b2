/** Sums of functions of the difference of two runs, and their gradients (AssemblyScript). */

import { high, lanesBelow, lanesSum, low } from "../../base/assembly/vectors";

export const distance_mse: i32 = 0;
export const distance_l1: i32 = 1;
export const distance_huber: i32 = 2;

/** Of four differences as they are for mse, and of their sizes for the others: the functions of two of them, in float64. */
@inline
function valueOf(code: i32, d: v128, near: v128): v128 {
  if (code == distance_mse) return f64x2.mul(d, d);
  if (code == distance_l1) return d;
  return f64x2.mul(near, f64x2.sub(d, f64x2.mul(near, f64x2.splat(0.5))));
}

@inline
function eachDistance(code: i32, a: usize, b: usize, count: i32, most: v128): f64 {
  let first = f64x2.splat(0), second = first;
  let left = count;
  for (; left >= 4; left -= 4, a += 16, b += 16) {
    let d = f32x4.sub(v128.load(a), v128.load(b));
    if (code != distance_mse) d = f32x4.abs(d);
    // pmin keeps a NaN in its first operand, and is one instruction where min is six.
    const near = f32x4.pmin(d, most);
    first = f64x2.add(first, valueOf(code, low(d), low(near)));
    second = f64x2.add(second, valueOf(code, high(d), high(near)));
  }
  if (left > 0) {
    let d = v128.bitselect(f32x4.sub(v128.load(a), v128.load(b)), f32x4.splat(0), lanesBelow(left));
    if (code != distance_mse) d = f32x4.abs(d);
    const near = f32x4.pmin(d, most);
    first = f64x2.add(first, valueOf(code, low(d), low(near)));
    second = f64x2.add(second, valueOf(code, high(d), high(near)));
  }
  return lanesSum(first, second);
}

/** The sum of d^2, of |d|, or of c (|d| - c/2) with c = min(|d|, delta), for d = a - b. */
export function distances(code: i32, a: usize, b: usize, count: i32, delta: f32): f64 {
  const most = f32x4.splat(delta);
  if (code == distance_mse) return eachDistance(distance_mse, a, b, count, most);
  if (code == distance_l1) return eachDistance(distance_l1, a, b, count, most);
  return eachDistance(distance_huber, a, b, count, most);
}

/** The derivative by d, times `scale`: 2 d, the sign of d, or d held between -delta and delta. */
export function distanceGradient(
  code: i32, a: usize, b: usize, to: usize, count: i32, delta: f32, scale: f32,
): void {
  const factor = f32x4.splat(code == distance_mse ? 2 * scale : scale);
  const most = f32x4.splat(delta), least = f32x4.splat(-delta);
  const none = f32x4.splat(0);
  for (const end = a + (<usize>count << 2); a < end; a += 16, b += 16, to += 16) {
    let d = f32x4.sub(v128.load(a), v128.load(b));
    if (code == distance_huber) d = f32x4.pmax(f32x4.pmin(d, most), least);
    let gradient = f32x4.mul(d, factor);
    if (code == distance_l1) {
      // At 0, and for a NaN, it is the product with it.
      const other = v128.bitselect(f32x4.neg(factor), gradient, f32x4.lt(d, none));
      gradient = v128.bitselect(factor, other, f32x4.gt(d, none));
    }
    v128.store(to, gradient);
  }
}
