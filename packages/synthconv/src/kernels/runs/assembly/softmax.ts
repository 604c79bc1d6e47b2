/** Softmax of lines, its logarithm, and their gradients (AssemblyScript). Lines follow each other. */

import { exponential } from "../../entries/assembly/functions";
import { extreme } from "./sums";
import { high, lanesBelow, lanesSum, low, narrow } from "../../base/assembly/vectors";

/** Below it e^x is denormal. */
export const LEAST: f32 = -87;
/** Below it float32 rounds e^x to 0. */
export const NOTHING: f32 = -104;

/**
 * The exponentials of a line less its largest, and their sum. NaN where the kernel has no digits: where one is denormal, and
 * where the line has a NaN or the largest is infinite.
 */
@inline
function exponentials(from: usize, to: usize, length: i32, largest: f32): f64 {
  const most = f32x4.splat(largest);
  const none = f32x4.splat(0);
  let first = f64x2.splat(0), second = first;
  let inside = i32x4.splat(-1);
  for (let left = length; left > 0; left -= 4, from += 16, to += 16) {
    const entry = v128.load(from);
    const x = f32x4.sub(entry, most);
    // What the difference lost by rounding (Knuth, TAOCP 4.2.2): of a distance of 80 it is 4e-6 of the exponential.
    const back = f32x4.sub(x, entry);
    const lost = f32x4.sub(f32x4.sub(entry, f32x4.sub(x, back)), f32x4.add(most, back));
    const isNothing = f32x4.lt(x, f32x4.splat(NOTHING));
    const isLine = lanesBelow(left);
    inside = v128.and(inside, v128.or(v128.or(f32x4.ge(x, f32x4.splat(LEAST)), isNothing), v128.not(isLine)));
    const rounded = exponential(f32x4.pmax(x, f32x4.splat(LEAST)));
    const power = v128.andnot(f32x4.add(rounded, f32x4.mul(rounded, lost)), isNothing);
    v128.store(to, power);
    const counted = v128.bitselect(power, none, isLine);
    first = f64x2.add(first, low(counted));
    second = f64x2.add(second, high(counted));
  }
  return i32x4.all_true(inside) ? lanesSum(first, second) : NaN;
}

/** @returns 1 where the kernel has no digits for a line; nothing that was written counts then. */
export function softmax(from: usize, to: usize, lines: i32, length: i32): i32 {
  const step = <usize>length << 2;
  for (let line = 0; line < lines; line++, from += step, to += step) {
    const total = exponentials(from, to, length, extreme(from, length, true));
    if (isNaN(total)) return 1;
    const scale = f32x4.splat(<f32>(1 / total));
    for (let at = to, end = to + step; at < end; at += 16) v128.store(at, f32x4.mul(v128.load(at), scale));
  }
  return 0;
}

/**
 * The first half of the logarithm of softmax; as `softmax` where the kernel has no digits. The logarithm itself is taken outside:
 * the compiler's own keeps a table where the numbers lie.
 *
 * @param totals two float64 numbers for each line: its largest, and the sum of the exponentials.
 */
export function exponentialSums(from: usize, to: usize, lines: i32, length: i32, totals: usize): i32 {
  const step = <usize>length << 2;
  for (let line = 0; line < lines; line++, from += step, to += step, totals += 16) {
    const largest = extreme(from, length, true);
    const total = exponentials(from, to, length, largest);
    if (isNaN(total)) return 1;
    store<f64>(totals, largest); store<f64>(totals, total, 8);
  }
  return 0;
}

/**
 * The second half: the entries less the largest of their line and the logarithm of its sum. In float64, rounded once: of two
 * roundings near 9 each is 5e-7 of the exponential that the gradient takes.
 */
export function subtractLogarithms(from: usize, to: usize, lines: i32, length: i32, totals: usize): void {
  const step = <usize>length << 2;
  for (let line = 0; line < lines; line++, from += step, to += step, totals += 16) {
    const largest = f64x2.splat(load<f64>(totals)), logarithm = f64x2.splat(load<f64>(totals, 8));
    for (let at: usize = 0; at < step; at += 16) {
      const x = v128.load(from + at);
      v128.store(to + at, narrow(
        f64x2.sub(f64x2.sub(low(x), largest), logarithm), f64x2.sub(f64x2.sub(high(x), largest), logarithm),
      ));
    }
  }
}

/** y (upstream - sum of upstream y) */
export function softmaxGradient(upstream: usize, y: usize, to: usize, lines: i32, length: i32): void {
  const step = <usize>length << 2;
  const none = f32x4.splat(0);
  for (let line = 0; line < lines; line++, upstream += step, y += step, to += step) {
    let first = f64x2.splat(0), second = first;
    let left = length;
    for (let at: usize = 0; at < step; at += 16, left -= 4) {
      const isLine = lanesBelow(left);
      const u = v128.bitselect(v128.load(upstream + at), none, isLine);
      const share = v128.bitselect(v128.load(y + at), none, isLine);
      first = f64x2.add(first, f64x2.mul(low(u), low(share)));
      second = f64x2.add(second, f64x2.mul(high(u), high(share)));
    }
    const dot = f64x2.splat(lanesSum(first, second));
    for (let at: usize = 0; at < step; at += 16) {
      const u = v128.load(upstream + at), share = v128.load(y + at);
      v128.store(to + at, narrow(
        f64x2.mul(low(share), f64x2.sub(low(u), dot)), f64x2.mul(high(share), f64x2.sub(high(u), dot)),
      ));
    }
  }
}

/** upstream - e^y (sum of upstream); as `softmax` where the kernel has no digits. */
export function logSoftmaxGradient(upstream: usize, y: usize, to: usize, lines: i32, length: i32): i32 {
  const step = <usize>length << 2;
  const none = f32x4.splat(0);
  for (let line = 0; line < lines; line++, upstream += step, y += step, to += step) {
    let first = f64x2.splat(0), second = first;
    let left = length;
    for (let at: usize = 0; at < step; at += 16, left -= 4) {
      const u = v128.bitselect(v128.load(upstream + at), none, lanesBelow(left));
      first = f64x2.add(first, low(u));
      second = f64x2.add(second, high(u));
    }
    const total = f64x2.splat(lanesSum(first, second));
    let inside = i32x4.splat(-1);
    left = length;
    for (let at: usize = 0; at < step; at += 16, left -= 4) {
      const u = v128.load(upstream + at), x = v128.load(y + at);
      const isNothing = f32x4.lt(x, f32x4.splat(NOTHING));
      const isInside = v128.or(
        v128.and(f32x4.ge(x, f32x4.splat(LEAST)), f32x4.le(x, f32x4.splat(1))), isNothing,
      );
      inside = v128.and(inside, v128.or(isInside, v128.not(lanesBelow(left))));
      const power = v128.andnot(exponential(f32x4.pmax(x, f32x4.splat(LEAST))), isNothing);
      v128.store(to + at, narrow(
        f64x2.sub(low(u), f64x2.mul(low(power), total)), f64x2.sub(high(u), f64x2.mul(high(power), total)),
      ));
    }
    if (!i32x4.all_true(inside)) return 1;
  }
  return 0;
}
