/** Sums of functions of the difference of two runs, and their gradients (AssemblyScript). */

import { high, lanesBelow, lanesSum, low } from "../../base/assembly/vectors";

export const distance_mse: i32 = 0;
export const distance_l1: i32 = 1;
export const distance_huber: i32 = 2;

/** The sum of d^2, of |d|, or of c (|d| - c/2) with c = min(|d|, delta), for d = a - b. */
export function distances(code: i32, a: usize, b: usize, count: i32, delta: f32): f64 {
  const none = f32x4.splat(0);
  const most = f32x4.splat(delta), half = f64x2.splat(0.5);
  let first = f64x2.splat(0), second = first;
  for (let left = count; left > 0; left -= 4, a += 16, b += 16) {
    const d = v128.bitselect(f32x4.sub(v128.load(a), v128.load(b)), none, lanesBelow(left));
    if (code == distance_mse) {
      const x = low(d), y = high(d);
      first = f64x2.add(first, f64x2.mul(x, x));
      second = f64x2.add(second, f64x2.mul(y, y));
      continue;
    }
    const size = f32x4.abs(d);
    const x = low(size), y = high(size);
    if (code == distance_l1) {
      first = f64x2.add(first, x);
      second = f64x2.add(second, y);
      continue;
    }
    const near = f32x4.min(size, most);
    const p = low(near), q = high(near);
    first = f64x2.add(first, f64x2.mul(p, f64x2.sub(x, f64x2.mul(p, half))));
    second = f64x2.add(second, f64x2.mul(q, f64x2.sub(y, f64x2.mul(q, half))));
  }
  return lanesSum(first, second);
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
    if (code == distance_huber) d = f32x4.max(f32x4.min(d, most), least);
    let gradient = f32x4.mul(d, factor);
    if (code == distance_l1) {
      // At 0, and for a NaN, it is the product with it.
      const other = v128.bitselect(f32x4.neg(factor), gradient, f32x4.lt(d, none));
      gradient = v128.bitselect(factor, other, f32x4.gt(d, none));
    }
    v128.store(to, gradient);
  }
}
