/** Softmax along columns, its logarithm, and their gradients (AssemblyScript). Rows follow each other. */

import { exponential } from "../../entries/assembly/functions";
import { high, lanesBelow, low, narrow } from "../../base/assembly/vectors";
import { LEAST, NOTHING } from "./softmax";

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
    for (let at: usize = 0; at < size; at += step) most = f32x4.max(most, v128.load(from + at));
    v128.store(largest, most);
    const isBeyond = v128.not(lanesBelow(left));
    let first = f64x2.splat(0), second = first;
    for (let at: usize = 0; at < size; at += step) {
      const entry = v128.load(from + at);
      const x = f32x4.sub(entry, most);
      const back = f32x4.sub(x, entry);
      const lost = f32x4.sub(f32x4.sub(entry, f32x4.sub(x, back)), f32x4.add(most, back));
      const isNothing = f32x4.lt(x, f32x4.splat(NOTHING));
      inside = v128.and(inside, v128.or(v128.or(f32x4.ge(x, f32x4.splat(LEAST)), isNothing), isBeyond));
      const rounded = exponential(f32x4.pmax(x, f32x4.splat(LEAST)));
      const power = v128.andnot(f32x4.add(rounded, f32x4.mul(rounded, lost)), isNothing);
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
      v128.store(to + at, narrow(
        f64x2.mul(low(share), f64x2.sub(low(u), first)), f64x2.mul(high(share), f64x2.sub(high(u), second)),
      ));
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
    for (let at: usize = 0; at < size; at += step) {
      const u = v128.load(upstream + at), x = v128.load(y + at);
      const isNothing = f32x4.lt(x, f32x4.splat(NOTHING));
      const isInside = v128.or(
        v128.and(f32x4.ge(x, f32x4.splat(LEAST)), f32x4.le(x, f32x4.splat(1))), isNothing,
      );
      inside = v128.and(inside, v128.or(isInside, isBeyond));
      const power = v128.andnot(exponential(f32x4.pmax(x, f32x4.splat(LEAST))), isNothing);
      v128.store(to + at, narrow(
        f64x2.sub(low(u), f64x2.mul(low(power), first)), f64x2.sub(high(u), f64x2.mul(high(power), second)),
      ));
    }
  }
  return i32x4.all_true(inside) ? 0 : 1;
}
