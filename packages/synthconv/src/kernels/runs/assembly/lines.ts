/** Normalised lines with gains and offsets of their entries, and the gradients of all of these (AssemblyScript). */

import { plainSum, squaredDistances } from "./normal";
import { multiplyAddDoubles } from "../../base/assembly/simd";
import { high, lanesBelow, lanesSum, low, narrow, twoAt } from "../../base/assembly/vectors";

/**
 * (x - mean) / sqrt(variance + epsilon) of each line, times the gains, plus the offsets; lines follow each other.
 *
 * @param gains as long as a line, as are the offsets; none where 0.
 * @param statistics two float64 numbers for each line: its mean and what it is multiplied by.
 */
export function normalizeLines(
  from: usize, to: usize, lines: i32, length: i32, epsilon: f64, gains: usize, offsets: usize, statistics: usize,
): void {
  const step = <usize>length << 2;
  for (let line = 0; line < lines; line++, from += step, to += step, statistics += 16) {
    const mean = plainSum(from, length) / <f64>length;
    const scale = 1 / sqrt(squaredDistances(from, length, mean) / <f64>length + epsilon);
    store<f64>(statistics, mean); store<f64>(statistics, scale, 8);
    const middle = f64x2.splat(mean), factor = f64x2.splat(scale);
    for (let at: usize = 0; at < step; at += 16) {
      const x = twoAt(from + at), z = twoAt(from + at + 8);
      let y = narrow(f64x2.mul(f64x2.sub(x, middle), factor), f64x2.mul(f64x2.sub(z, middle), factor));
      if (gains != 0) y = f32x4.mul(y, v128.load(gains + at));
      if (offsets != 0) y = f32x4.add(y, v128.load(offsets + at));
      v128.store(to + at, y);
    }
  }
}

/** Adds four numbers to the sums that lie there. */
@inline
function addTo(sums: usize, first: v128, second: v128): void {
  v128.store(sums, f64x2.add(v128.load(sums), first));
  v128.store(sums, f64x2.add(v128.load(sums, 16), second), 16);
}

/**
 * The gradients of the entries; those of the gains and offsets are added to sums. With g = upstream gain and n the normalised
 * entries: scale (g - mean of g - n (mean of g n)), upstream n, and upstream.
 *
 * @param gainSums as many float64 numbers as a line has entries, and up to three that mean nothing; as offsetSums.
 */
export function linesGradient(
  upstream: usize, from: usize, to: usize, lines: i32, length: i32,
  gains: usize, statistics: usize, gainSums: usize, offsetSums: usize,
): void {
  const step = <usize>length << 2;
  const none = f32x4.splat(0), one = f32x4.splat(1);
  for (let line = 0; line < lines; line++, upstream += step, from += step, to += step, statistics += 16) {
    const middle = f64x2.splat(load<f64>(statistics));
    const factor = f64x2.splat(load<f64>(statistics, 8));
    let first = f64x2.splat(0), second = first;
    let firstAlong = first, secondAlong = first;
    let left = length;
    let at: usize = 0;
    for (; left >= 4; left -= 4, at += 16) {
      const a = f64x2.mul(f64x2.sub(twoAt(from + at), middle), factor);
      const b = f64x2.mul(f64x2.sub(twoAt(from + at + 8), middle), factor);
      const u = twoAt(upstream + at), v = twoAt(upstream + at + 8);
      const g = gains == 0 ? u : f64x2.mul(u, twoAt(gains + at));
      const h = gains == 0 ? v : f64x2.mul(v, twoAt(gains + at + 8));
      first = f64x2.add(first, g);
      second = f64x2.add(second, h);
      firstAlong = multiplyAddDoubles(g, a, firstAlong);
      secondAlong = multiplyAddDoubles(h, b, secondAlong);
      addTo(gainSums + 2 * at, f64x2.mul(u, a), f64x2.mul(v, b));
      addTo(offsetSums + 2 * at, u, v);
    }
    if (left > 0) {
      const isLine = lanesBelow(left);
      const u = v128.bitselect(v128.load(upstream + at), none, isLine);
      const x = v128.bitselect(v128.load(from + at), none, isLine);
      const gain = gains == 0 ? one : v128.bitselect(v128.load(gains + at), none, isLine);
      const a = f64x2.mul(f64x2.sub(low(x), middle), factor), b = f64x2.mul(f64x2.sub(high(x), middle), factor);
      const uLow = low(u), uHigh = high(u);
      const gLow = f64x2.mul(uLow, low(gain)), gHigh = f64x2.mul(uHigh, high(gain));
      first = f64x2.add(first, gLow);
      second = f64x2.add(second, gHigh);
      firstAlong = f64x2.add(firstAlong, f64x2.mul(gLow, a));
      secondAlong = f64x2.add(secondAlong, f64x2.mul(gHigh, b));
      addTo(gainSums + 2 * at, f64x2.mul(uLow, a), f64x2.mul(uHigh, b));
      addTo(offsetSums + 2 * at, uLow, uHigh);
    }
    const mean = f64x2.splat(lanesSum(first, second) / <f64>length);
    const slope = f64x2.splat(lanesSum(firstAlong, secondAlong) / <f64>length);
    for (at = 0; at < step; at += 16) {
      const a = f64x2.mul(f64x2.sub(twoAt(from + at), middle), factor);
      const b = f64x2.mul(f64x2.sub(twoAt(from + at + 8), middle), factor);
      let gLow = twoAt(upstream + at), gHigh = twoAt(upstream + at + 8);
      if (gains != 0) {
        gLow = f64x2.mul(gLow, twoAt(gains + at));
        gHigh = f64x2.mul(gHigh, twoAt(gains + at + 8));
      }
      v128.store(to + at, narrow(
        f64x2.mul(factor, f64x2.sub(f64x2.sub(gLow, mean), f64x2.mul(a, slope))),
        f64x2.mul(factor, f64x2.sub(f64x2.sub(gHigh, mean), f64x2.mul(b, slope))),
      ));
    }
  }
}
