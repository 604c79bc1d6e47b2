/** Numbers less their mean, over their standard deviation, and the gradient of that (AssemblyScript). */

import { multiplyAddDoubles } from "../../base/assembly/simd";
import { high, lanesBelow, lanesSum, low, narrow, twoAt } from "../../base/assembly/vectors";

/** The sum of a run. Sums that do not wait for each other take a third of the time. */
export function plainSum(from: usize, count: i32): f64 {
  let a = f64x2.splat(0), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
  for (; count >= 16; count -= 16, from += 64) {
    a = f64x2.add(a, twoAt(from)); b = f64x2.add(b, twoAt(from + 8));
    c = f64x2.add(c, twoAt(from + 16)); d = f64x2.add(d, twoAt(from + 24));
    e = f64x2.add(e, twoAt(from + 32)); f = f64x2.add(f, twoAt(from + 40));
    g = f64x2.add(g, twoAt(from + 48)); h = f64x2.add(h, twoAt(from + 56));
  }
  for (; count >= 4; count -= 4, from += 16) {
    a = f64x2.add(a, twoAt(from));
    b = f64x2.add(b, twoAt(from + 8));
  }
  const x = v128.bitselect(v128.load(from), f32x4.splat(0), lanesBelow(count));
  c = f64x2.add(c, low(x));
  d = f64x2.add(d, high(x));
  return lanesSum(
    f64x2.add(f64x2.add(a, b), f64x2.add(c, d)), f64x2.add(f64x2.add(e, f), f64x2.add(g, h)),
  );
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
  let a = f64x2.splat(0), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
  for (; count >= 16; count -= 16, from += 64) {
    a = addSquare(a, twoAt(from), middle); b = addSquare(b, twoAt(from + 8), middle);
    c = addSquare(c, twoAt(from + 16), middle); d = addSquare(d, twoAt(from + 24), middle);
    e = addSquare(e, twoAt(from + 32), middle); f = addSquare(f, twoAt(from + 40), middle);
    g = addSquare(g, twoAt(from + 48), middle); h = addSquare(h, twoAt(from + 56), middle);
  }
  for (; count >= 4; count -= 4, from += 16) {
    a = addSquare(a, twoAt(from), middle);
    b = addSquare(b, twoAt(from + 8), middle);
  }
  let sum = lanesSum(
    f64x2.add(f64x2.add(a, b), f64x2.add(c, d)), f64x2.add(f64x2.add(e, f), f64x2.add(g, h)),
  );
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
  let a = f64x2.splat(0), b = a, c = a, d = a;
  let p = a, q = a, r = a, s = a;
  let left = count;
  for (; left >= 8; left -= 8, upstream += 32, from += 32) {
    const u = twoAt(upstream), v = twoAt(upstream + 8), w = twoAt(upstream + 16), y = twoAt(upstream + 24);
    a = f64x2.add(a, u); b = f64x2.add(b, v); c = f64x2.add(c, w); d = f64x2.add(d, y);
    p = multiplyAddDoubles(u, f64x2.sub(twoAt(from), middle), p);
    q = multiplyAddDoubles(v, f64x2.sub(twoAt(from + 8), middle), q);
    r = multiplyAddDoubles(w, f64x2.sub(twoAt(from + 16), middle), r);
    s = multiplyAddDoubles(y, f64x2.sub(twoAt(from + 24), middle), s);
  }
  for (; left > 0; left -= 4, upstream += 16, from += 16) {
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
  store<f64>(totals, lanesSum(f64x2.add(a, b), f64x2.add(c, d)));
  store<f64>(totals, lanesSum(f64x2.add(p, q), f64x2.add(r, s)), 8);
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
