/** Softmax of lines, its logarithm, and their gradients (AssemblyScript). Lines follow each other. */

import { exponential } from "../../../entries/assembly/functions";
import { plainSum } from "../../assembly/normal";
import { extreme } from "../../assembly/sums";
import { high, lanesBelow, lanesSum, low, narrow } from "../../../base/assembly/vectors";

/** Below it e^x is denormal. */
export const LEAST: f32 = -87;
/** Below it float32 rounds e^x to 0. */
export const NOTHING: f32 = -104;

/** Bytes of four vectors: their polynomials do not wait for each other, as in entries/assembly/each.ts. */
export const TURN: usize = 64;

/** e^(entry - most), for entries of which `hasPower` says so. */
@inline
export function powerOf(entry: v128, most: v128): v128 {
  const x = f32x4.sub(entry, most);
  // What the difference lost by rounding (Knuth, TAOCP 4.2.2): of a distance of 80 it is 4e-6 of the exponential.
  const back = f32x4.sub(x, entry);
  const lost = f32x4.sub(f32x4.sub(entry, f32x4.sub(x, back)), f32x4.add(most, back));
  const rounded = exponential(f32x4.pmax(x, f32x4.splat(LEAST)));
  return v128.andnot(f32x4.add(rounded, f32x4.mul(rounded, lost)), f32x4.lt(x, f32x4.splat(NOTHING)));
}

/** Where e^(entry - most) is no denormal number and there is no NaN. */
@inline
export function hasPower(entry: v128, most: v128): v128 {
  const x = f32x4.sub(entry, most);
  return v128.or(f32x4.ge(x, f32x4.splat(LEAST)), f32x4.lt(x, f32x4.splat(NOTHING)));
}

/** e^x of a logarithm of a share, for those of which `hasShare` says so. */
@inline
export function shareOf(x: v128): v128 {
  return v128.andnot(exponential(f32x4.pmax(x, f32x4.splat(LEAST))), f32x4.lt(x, f32x4.splat(NOTHING)));
}

@inline
export function hasShare(x: v128): v128 {
  const isInside = v128.and(f32x4.ge(x, f32x4.splat(LEAST)), f32x4.le(x, f32x4.splat(1)));
  return v128.or(isInside, f32x4.lt(x, f32x4.splat(NOTHING)));
}

/** share (u - dot), in float64 and rounded once. */
@inline
export function shareGradient(u: v128, share: v128, first: v128, second: v128): v128 {
  return narrow(
    f64x2.mul(low(share), f64x2.sub(low(u), first)), f64x2.mul(high(share), f64x2.sub(high(u), second)),
  );
}

/** u - power total, in float64 and rounded once. */
@inline
export function logarithmGradient(u: v128, power: v128, first: v128, second: v128): v128 {
  return narrow(
    f64x2.sub(low(u), f64x2.mul(low(power), first)), f64x2.sub(high(u), f64x2.mul(high(power), second)),
  );
}

/**
 * The exponentials of a line less its largest, and their sum. NaN where the kernel has no digits: where one is denormal, and
 * where the line has a NaN or the largest is infinite.
 */
@inline
function exponentials(from: usize, to: usize, length: i32, largest: f32): f64 {
  const most = f32x4.splat(largest);
  let first = f64x2.splat(0), second = first;
  let inside = i32x4.splat(-1);
  let left = length;
  for (; left >= 16; left -= 16, from += TURN, to += TURN) {
    const a = v128.load(from), b = v128.load(from, 16), c = v128.load(from, 32), d = v128.load(from, 48);
    inside = v128.and(inside, v128.and(hasPower(a, most), hasPower(b, most)));
    inside = v128.and(inside, v128.and(hasPower(c, most), hasPower(d, most)));
    const ofA = powerOf(a, most), ofB = powerOf(b, most), ofC = powerOf(c, most), ofD = powerOf(d, most);
    v128.store(to, ofA);
    v128.store(to, ofB, 16);
    v128.store(to, ofC, 32);
    v128.store(to, ofD, 48);
    first = f64x2.add(f64x2.add(f64x2.add(f64x2.add(first, low(ofA)), low(ofB)), low(ofC)), low(ofD));
    second = f64x2.add(f64x2.add(f64x2.add(f64x2.add(second, high(ofA)), high(ofB)), high(ofC)), high(ofD));
  }
  for (; left > 0; left -= 4, from += 16, to += 16) {
    const entry = v128.load(from), isLine = lanesBelow(left);
    inside = v128.and(inside, v128.or(hasPower(entry, most), v128.not(isLine)));
    const power = powerOf(entry, most);
    v128.store(to, power);
    const counted = v128.and(power, isLine);
    first = f64x2.add(first, low(counted));
    second = f64x2.add(second, high(counted));
  }
  return i32x4.all_true(inside) ? lanesSum(first, second) : NaN;
}

/** Numbers times one. */
@inline
function scaleLine(at: usize, length: i32, scale: v128): void {
  for (; length >= 16; length -= 16, at += TURN) {
    v128.store(at, f32x4.mul(v128.load(at), scale));
    v128.store(at, f32x4.mul(v128.load(at, 16), scale), 16);
    v128.store(at, f32x4.mul(v128.load(at, 32), scale), 32);
    v128.store(at, f32x4.mul(v128.load(at, 48), scale), 48);
  }
  for (; length > 0; length -= 4, at += 16) v128.store(at, f32x4.mul(v128.load(at), scale));
}

/** @returns 1 where the kernel has no digits for a line; nothing that was written counts then. */
export function softmax(from: usize, to: usize, lines: i32, length: i32): i32 {
  const step = <usize>length << 2;
  for (let line = 0; line < lines; line++, from += step, to += step) {
    const total = exponentials(from, to, length, extreme(from, length, true));
    if (isNaN(total)) return 1;
    scaleLine(to, length, f32x4.splat(<f32>(1 / total)));
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
  for (let line = 0; line < lines; line++, upstream += step, y += step, to += step) {
    let first = f64x2.splat(0), second = first;
    let at: usize = 0, left = length;
    for (; left >= 4; left -= 4, at += 16) {
      const u = v128.load(upstream + at), share = v128.load(y + at);
      first = f64x2.add(first, f64x2.mul(low(u), low(share)));
      second = f64x2.add(second, f64x2.mul(high(u), high(share)));
    }
    // Behind the line lies what may be none: a number times 0 is not 0 then.
    const isLine = lanesBelow(left);
    const u = v128.and(v128.load(upstream + at), isLine), share = v128.and(v128.load(y + at), isLine);
    first = f64x2.add(first, f64x2.mul(low(u), low(share)));
    second = f64x2.add(second, f64x2.mul(high(u), high(share)));
    const dot = f64x2.splat(lanesSum(first, second));
    for (at = 0; at < step; at += 16) {
      v128.store(to + at, shareGradient(v128.load(upstream + at), v128.load(y + at), dot, dot));
    }
  }
}

/** upstream - e^y (sum of upstream); as `softmax` where the kernel has no digits. */
export function logSoftmaxGradient(upstream: usize, y: usize, to: usize, lines: i32, length: i32): i32 {
  const step = <usize>length << 2;
  for (let line = 0; line < lines; line++, upstream += step, y += step, to += step) {
    const total = f64x2.splat(plainSum(upstream, length));
    let inside = i32x4.splat(-1);
    let at: usize = 0, left = length;
    for (; left >= 16; left -= 16, at += TURN) {
      const source = y + at, u = upstream + at, target = to + at;
      const a = v128.load(source), b = v128.load(source, 16), c = v128.load(source, 32), d = v128.load(source, 48);
      inside = v128.and(inside, v128.and(hasShare(a), hasShare(b)));
      inside = v128.and(inside, v128.and(hasShare(c), hasShare(d)));
      const ofA = shareOf(a), ofB = shareOf(b), ofC = shareOf(c), ofD = shareOf(d);
      v128.store(target, logarithmGradient(v128.load(u), ofA, total, total));
      v128.store(target, logarithmGradient(v128.load(u, 16), ofB, total, total), 16);
      v128.store(target, logarithmGradient(v128.load(u, 32), ofC, total, total), 32);
      v128.store(target, logarithmGradient(v128.load(u, 48), ofD, total, total), 48);
    }
    for (; left > 0; left -= 4, at += 16) {
      const x = v128.load(y + at);
      inside = v128.and(inside, v128.or(hasShare(x), v128.not(lanesBelow(left))));
      v128.store(to + at, logarithmGradient(v128.load(upstream + at), shareOf(x), total, total));
    }
    if (!i32x4.all_true(inside)) return 1;
  }
  return 0;
}
