/** Numbers less their mean, over their standard deviation, and the gradient of that (AssemblyScript). */

import { high, lanesBelow, lanesSum, low, narrow } from "../../base/assembly/vectors";

/** The sum of a run. */
export function plainSum(from: usize, count: i32): f64 {
  const none = f32x4.splat(0);
  let first = f64x2.splat(0), second = first;
  for (; count >= 4; count -= 4, from += 16) {
    const x = v128.load(from);
    first = f64x2.add(first, low(x));
    second = f64x2.add(second, high(x));
  }
  const x = v128.bitselect(v128.load(from), none, lanesBelow(count));
  return lanesSum(f64x2.add(first, low(x)), f64x2.add(second, high(x)));
}

/** The sum of the squared distances of a run from `centre`. */
export function squaredDistances(from: usize, count: i32, centre: f64): f64 {
  const middle = f64x2.splat(centre);
  let first = f64x2.splat(0), second = first;
  for (; count >= 4; count -= 4, from += 16) {
    const x = v128.load(from);
    const a = f64x2.sub(low(x), middle), b = f64x2.sub(high(x), middle);
    first = f64x2.add(first, f64x2.mul(a, a));
    second = f64x2.add(second, f64x2.mul(b, b));
  }
  let sum = lanesSum(first, second);
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
    const x = v128.load(from);
    const normal = narrow(
      f64x2.mul(f64x2.sub(low(x), middle), factor), f64x2.mul(f64x2.sub(high(x), middle), factor),
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
  let first = f64x2.splat(0), second = first;
  let firstAlong = first, secondAlong = first;
  for (let left = count; left > 0; left -= 4, upstream += 16, from += 16) {
    const isRun = lanesBelow(left);
    const u = v128.bitselect(v128.load(upstream), none, isRun);
    // Behind the run there is a zero in u, and a number that is none would spoil it.
    const x = v128.bitselect(v128.load(from), none, isRun);
    const uLow = low(u), uHigh = high(u);
    first = f64x2.add(first, uLow);
    second = f64x2.add(second, uHigh);
    firstAlong = f64x2.add(firstAlong, f64x2.mul(uLow, f64x2.sub(low(x), middle)));
    secondAlong = f64x2.add(secondAlong, f64x2.mul(uHigh, f64x2.sub(high(x), middle)));
  }
  store<f64>(totals, lanesSum(first, second));
  store<f64>(totals, lanesSum(firstAlong, secondAlong), 8);
}

/** scale (upstream gain - average - (x - centre) scale slope) */
export function normalGradient(
  upstream: usize, from: usize, to: usize, count: i32,
  centre: f64, scale: f64, gain: f64, average: f64, slope: f64,
): void {
  const middle = f64x2.splat(centre), factor = f64x2.splat(scale);
  const mean = f64x2.splat(average), along = f64x2.splat(scale * slope), times = f64x2.splat(gain);
  for (const end = from + (<usize>count << 2); from < end; upstream += 16, from += 16, to += 16) {
    const u = v128.load(upstream), x = v128.load(from);
    const a = f64x2.sub(f64x2.sub(f64x2.mul(low(u), times), mean), f64x2.mul(f64x2.sub(low(x), middle), along));
    const b = f64x2.sub(f64x2.sub(f64x2.mul(high(u), times), mean), f64x2.mul(f64x2.sub(high(x), middle), along));
    v128.store(to, narrow(f64x2.mul(factor, a), f64x2.mul(factor, b)));
  }
}
