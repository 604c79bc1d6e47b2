/** Softmax along columns, its logarithm, and their gradients (AssemblyScript). Rows follow each other. */

import { high, lanesBelow, low, narrow } from "../../../base/assembly/vectors";
import { hasPower, hasShare, logarithmGradient, powerOf, shareGradient, shareOf } from "./softmax";

/**
 * Of each column the exponentials of its numbers less its largest, their sum and the largest.
 *
 * @param width numbers of a row, a multiple of 4, of which `columns` count.
 * @param totals a float64 number for each column.
 * @param largest a float32 number for each column.
 * @returns 1 where the kernel has no digits for a column.
 */
export function columnExponentials(
  from: usize, to: usize, rows: i32, width: i32, columns: i32, totals: usize, largest: usize,
): i32 {
  const step = <usize>width << 2;
  const size = <usize>rows * step;
  let inside = i32x4.splat(-1);
  for (let left = columns; left > 0; left -= 4, from += 16, to += 16, totals += 32, largest += 16) {
    let most = f32x4.splat(-<f32>Infinity);
    // pmax is one instruction, and max six; a NaN, which it passes over, is noticed below.
    for (let at: usize = 0; at < size; at += step) most = f32x4.pmax(most, v128.load(from + at));
    v128.store(largest, most);
    const isBeyond = v128.not(lanesBelow(left));
    let first = f64x2.splat(0), second = first;
    let at: usize = 0;
    // Four rows together: their polynomials do not wait for each other.
    for (const end = size - (size % (4 * step)); at < end; at += 4 * step) {
      const source = from + at, target = to + at;
      const a = v128.load(source), b = v128.load(source + step);
      const c = v128.load(source + 2 * step), d = v128.load(source + 3 * step);
      const ofFirst = v128.and(hasPower(a, most), hasPower(b, most));
      const ofLast = v128.and(hasPower(c, most), hasPower(d, most));
      inside = v128.and(inside, v128.or(v128.and(ofFirst, ofLast), isBeyond));
      const ofA = powerOf(a, most), ofB = powerOf(b, most), ofC = powerOf(c, most), ofD = powerOf(d, most);
      v128.store(target, ofA);
      v128.store(target + step, ofB);
      v128.store(target + 2 * step, ofC);
      v128.store(target + 3 * step, ofD);
      first = f64x2.add(f64x2.add(f64x2.add(f64x2.add(first, low(ofA)), low(ofB)), low(ofC)), low(ofD));
      second = f64x2.add(f64x2.add(f64x2.add(f64x2.add(second, high(ofA)), high(ofB)), high(ofC)), high(ofD));
    }
    for (; at < size; at += step) {
      const entry = v128.load(from + at);
      inside = v128.and(inside, v128.or(hasPower(entry, most), isBeyond));
      const power = powerOf(entry, most);
      v128.store(to + at, power);
      first = f64x2.add(first, low(power));
      second = f64x2.add(second, high(power));
    }
    v128.store(totals, first); v128.store(totals, second, 16);
  }
  return i32x4.all_true(inside) ? 0 : 1;
}

/** Each exponential over the sum of its column. */
export function divideColumns(to: usize, rows: i32, width: i32, totals: usize): void {
  const step = <usize>width << 2;
  const one = f64x2.splat(1);
  for (let column = 0; column < width; column += 4, to += 16, totals += 32) {
    const scale = narrow(f64x2.div(one, v128.load(totals)), f64x2.div(one, v128.load(totals, 16)));
    for (let at = to, end = to + <usize>rows * step; at < end; at += step) {
      v128.store(at, f32x4.mul(v128.load(at), scale));
    }
  }
}

/** Each number less the largest of its column and the logarithm in the place of its sum. */
export function subtractColumns(
  from: usize, to: usize, rows: i32, width: i32, totals: usize, largest: usize,
): void {
  const step = <usize>width << 2;
  for (let column = 0; column < width; column += 4, from += 16, to += 16, totals += 32, largest += 16) {
    const most = v128.load(largest);
    const logarithm = narrow(v128.load(totals), v128.load(totals, 16));
    for (let at: usize = 0, size = <usize>rows * step; at < size; at += step) {
      v128.store(to + at, f32x4.sub(f32x4.sub(v128.load(from + at), most), logarithm));
    }
  }
}

/** y (upstream - sum of upstream y), column by column. */
export function columnSoftmaxGradient(upstream: usize, y: usize, to: usize, rows: i32, width: i32): void {
  const step = <usize>width << 2;
  const size = <usize>rows * step;
  for (let column = 0; column < width; column += 4, upstream += 16, y += 16, to += 16) {
    let first = f64x2.splat(0), second = first;
    for (let at: usize = 0; at < size; at += step) {
      const u = v128.load(upstream + at), share = v128.load(y + at);
      first = f64x2.add(first, f64x2.mul(low(u), low(share)));
      second = f64x2.add(second, f64x2.mul(high(u), high(share)));
    }
    for (let at: usize = 0; at < size; at += step) {
      const u = v128.load(upstream + at), share = v128.load(y + at);
      v128.store(to + at, shareGradient(u, share, first, second));
    }
  }
}

/** upstream - e^y (sum of upstream), column by column; 1 where the kernel has no digits. */
export function columnLogGradient(
  upstream: usize, y: usize, to: usize, rows: i32, width: i32, columns: i32,
): i32 {
  const step = <usize>width << 2;
  const size = <usize>rows * step;
  let inside = i32x4.splat(-1);
  for (let left = columns; left > 0; left -= 4, upstream += 16, y += 16, to += 16) {
    const isBeyond = v128.not(lanesBelow(left));
    let first = f64x2.splat(0), second = first;
    for (let at: usize = 0; at < size; at += step) {
      const u = v128.load(upstream + at);
      first = f64x2.add(first, low(u));
      second = f64x2.add(second, high(u));
    }
    let at: usize = 0;
    for (const end = size - (size % (4 * step)); at < end; at += 4 * step) {
      const source = y + at, u = upstream + at, target = to + at;
      const a = v128.load(source), b = v128.load(source + step);
      const c = v128.load(source + 2 * step), d = v128.load(source + 3 * step);
      const ofFirst = v128.and(hasShare(a), hasShare(b)), ofLast = v128.and(hasShare(c), hasShare(d));
      inside = v128.and(inside, v128.or(v128.and(ofFirst, ofLast), isBeyond));
      const ofA = shareOf(a), ofB = shareOf(b), ofC = shareOf(c), ofD = shareOf(d);
      v128.store(target, logarithmGradient(v128.load(u), ofA, first, second));
      v128.store(target + step, logarithmGradient(v128.load(u + step), ofB, first, second));
      v128.store(target + 2 * step, logarithmGradient(v128.load(u + 2 * step), ofC, first, second));
      v128.store(target + 3 * step, logarithmGradient(v128.load(u + 3 * step), ofD, first, second));
    }
    for (; at < size; at += step) {
      const x = v128.load(y + at);
      inside = v128.and(inside, v128.or(hasShare(x), isBeyond));
      v128.store(to + at, logarithmGradient(v128.load(upstream + at), shareOf(x), first, second));
    }
  }
  return i32x4.all_true(inside) ? 0 : 1;
}
