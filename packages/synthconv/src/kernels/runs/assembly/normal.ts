/** Numbers less their mean, over their standard deviation, and the gradient of that (AssemblyScript). */

import { high, lanesBelow, lanesSum, low, narrow } from "./vectors";

/** The sum of a run less `centre`, each number times another run's: the plain sum where `others` is 0. */
export function sumAlong(from: usize, count: i32, others: usize, centre: f64): f64 {
  const none = f32x4.splat(0);
  const middle = f64x2.splat(centre);
  let first = f64x2.splat(0), second = first;
  for (let left = count; left > 0; left -= 4, from += 16) {
    const isRun = lanesBelow(left);
    const x = v128.bitselect(v128.load(from), none, isRun);
    if (others == 0) {
      first = f64x2.add(first, low(x));
      second = f64x2.add(second, high(x));
    } else {
      const other = v128.load(others);
      // Behind the run there is a zero in x, and a number that is none would spoil it.
      const held = v128.bitselect(other, none, isRun);
      first = f64x2.add(first, f64x2.mul(low(x), f64x2.sub(low(held), middle)));
      second = f64x2.add(second, f64x2.mul(high(x), f64x2.sub(high(held), middle)));
      others += 16;
    }
  }
  return lanesSum(first, second);
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

/** (x - centre) scale */
export function normalize(from: usize, to: usize, count: i32, centre: f64, scale: f64): void {
  const middle = f64x2.splat(centre), factor = f64x2.splat(scale);
  for (const end = from + (<usize>count << 2); from < end; from += 16, to += 16) {
    const x = v128.load(from);
    v128.store(to, narrow(
      f64x2.mul(f64x2.sub(low(x), middle), factor), f64x2.mul(f64x2.sub(high(x), middle), factor),
    ));
  }
}

/** scale (upstream - average - (x - centre) scale slope) */
export function normalGradient(
  upstream: usize, from: usize, to: usize, count: i32, centre: f64, scale: f64, average: f64, slope: f64,
): void {
  const middle = f64x2.splat(centre), factor = f64x2.splat(scale);
  const mean = f64x2.splat(average), along = f64x2.splat(scale * slope);
  for (const end = from + (<usize>count << 2); from < end; upstream += 16, from += 16, to += 16) {
    const u = v128.load(upstream), x = v128.load(from);
    const a = f64x2.sub(f64x2.sub(low(u), mean), f64x2.mul(f64x2.sub(low(x), middle), along));
    const b = f64x2.sub(f64x2.sub(high(u), mean), f64x2.mul(f64x2.sub(high(x), middle), along));
    v128.store(to, narrow(f64x2.mul(factor, a), f64x2.mul(factor, b)));
  }
}
