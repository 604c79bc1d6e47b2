/** Numbers less their mean, over their standard deviation, and the gradient of that (AssemblyScript). */

import { multiplyAddDoubles } from "../../base/assembly/simd";
import { high, lanesBelow, lanesSum, low, narrow, twoAt } from "../../base/assembly/vectors";

/** The sum of a run. Four sums that do not wait for each other. */
export function plainSum(from: usize, count: i32): f64 {
  let a = f64x2.splat(0), b = a, c = a, d = a;
  for (; count >= 8; count -= 8, from += 32) {
    a = f64x2.add(a, twoAt(from)); b = f64x2.add(b, twoAt(from + 8));
    c = f64x2.add(c, twoAt(from + 16)); d = f64x2.add(d, twoAt(from + 24));
  }
  for (; count > 0; count -= 4, from += 16) {
    const x = v128.bitselect(v128.load(from), f32x4.splat(0), lanesBelow(count));
    a = f64x2.add(a, low(x));
    b = f64x2.add(b, high(x));
  }
  return lanesSum(f64x2.add(a, b), f64x2.add(c, d));
}

/** The square of the distance of two numbers from `middle`, added to a sum. */
@inline
function addSquare(sum: v128, two: v128, middle: v128): v128 {
  const distance = f64x2.sub(two, middle);
  return multiplyAddDoubles(distance, distance, sum);
}

/** The sum of the squared distances of a run from `centre`. */
export function squaredDistances(from: usize, count: i32, centre: f64): f64 {
  const middle = f64x2.splat(centre);
  let a = f64x2.splat(0), b = a, c = a, d = a;
  for (; count >= 8; count -= 8, from += 32) {
    a = addSquare(a, twoAt(from), middle); b = addSquare(b, twoAt(from + 8), middle);
    c = addSquare(c, twoAt(from + 16), middle); d = addSquare(d, twoAt(from + 24), middle);
  }
  let sum = lanesSum(f64x2.add(a, b), f64x2.add(c, d));
  for (; count > 0; count--, from += 4) {
    const distance = <f64>load<f32>(from) - centre;
    sum += distance * distance;
  }
  return sum;
}

/** (x - centre) scale gain + offset */
export function normalize(
  from: usize, to: usize, count: i32, centre: f64, scale: f64, gain: f32, offset: f32,
): void {
  const middle = f64x2.splat(centre), factor = f64x2.splat(scale);
  const times = f32x4.splat(gain), more = f32x4.splat(offset);
  for (const end = from + (<usize>count << 2); from < end; from += 16, to += 16) {
    const normal = narrow(
      f64x2.mul(f64x2.sub(twoAt(from), middle), factor), f64x2.mul(f64x2.sub(twoAt(from + 8), middle), factor),
    );
    v128.store(to, f32x4.add(f32x4.mul(normal, times), more));
  }
}

/**
 * The sum of a run, and that of its products with the distances of another one from `centre`.
 *
 * @param totals two float64 numbers.
 */
export function gradientSums(upstream: usize, from: usize, count: i32, centre: f64, totals: usize): void {
  const none = f32x4.splat(0);
  const middle = f64x2.splat(centre);
  let a = f64x2.splat(0), b = a, p = a, q = a;
  let left = count;
  for (; left >= 4; left -= 4, upstream += 16, from += 16) {
    const u = twoAt(upstream), v = twoAt(upstream + 8);
    a = f64x2.add(a, u); b = f64x2.add(b, v);
    p = multiplyAddDoubles(u, f64x2.sub(twoAt(from), middle), p);
    q = multiplyAddDoubles(v, f64x2.sub(twoAt(from + 8), middle), q);
  }
  if (left > 0) {
    const isRun = lanesBelow(left);
    const u = v128.bitselect(v128.load(upstream), none, isRun);
    // Behind the run there is a zero in u, and a number that is none would spoil it.
    const x = v128.bitselect(v128.load(from), none, isRun);
    const uLow = low(u), uHigh = high(u);
    a = f64x2.add(a, uLow);
    b = f64x2.add(b, uHigh);
    p = multiplyAddDoubles(uLow, f64x2.sub(low(x), middle), p);
    q = multiplyAddDoubles(uHigh, f64x2.sub(high(x), middle), q);
  }
  store<f64>(totals, lanesSum(a, b));
  store<f64>(totals, lanesSum(p, q), 8);
}

/** scale (upstream gain - average - (x - centre) scale slope) */
export function normalGradient(
  upstream: usize, from: usize, to: usize, count: i32,
  centre: f64, scale: f64, gain: f64, average: f64, slope: f64,
): void {
  const middle = f64x2.splat(centre), factor = f64x2.splat(scale);
  const mean = f64x2.splat(average), along = f64x2.splat(scale * slope), times = f64x2.splat(gain);
  for (const end = from + (<usize>count << 2); from < end; upstream += 16, from += 16, to += 16) {
    const u = twoAt(upstream), v = twoAt(upstream + 8), x = twoAt(from), y = twoAt(from + 8);
    const a = f64x2.sub(f64x2.sub(f64x2.mul(u, times), mean), f64x2.mul(f64x2.sub(x, middle), along));
    const b = f64x2.sub(f64x2.sub(f64x2.mul(v, times), mean), f64x2.mul(f64x2.sub(y, middle), along));
    v128.store(to, narrow(f64x2.mul(factor, a), f64x2.mul(factor, b)));
  }
}
