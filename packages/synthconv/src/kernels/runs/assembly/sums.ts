/** Sums and extremes of runs (AssemblyScript). */

import { lanesBelow, twoAt } from "../../base/assembly/vectors";

/** Numbers that are added plainly before what an addition loses is looked at, as in core/sums.ts. */
const BLOCK: usize = 256;

/**
 * Adds blocks of 64 numbers to a sum with what it lost beside it (Neumaier), as `sumOf` of core/sums.ts does, in its order.
 *
 * @param total two float64 numbers.
 */
export function addBlocks(from: usize, blocks: i32, total: usize): void {
  let sum = load<f64>(total), lost = load<f64>(total, 8);
  for (let block = 0; block < blocks; block++) {
    let first = f64x2.splat(0), second = first;
    for (const end = from + BLOCK; from < end; from += 64) {
      first = f64x2.add(f64x2.add(f64x2.add(f64x2.add(first, twoAt(from)), twoAt(from + 16)), twoAt(from + 32)), twoAt(from + 48));
      second = f64x2.add(f64x2.add(f64x2.add(f64x2.add(second, twoAt(from + 8)), twoAt(from + 24)), twoAt(from + 40)), twoAt(from + 56));
    }
    const part = f64x2.extract_lane(first, 0) + f64x2.extract_lane(first, 1)
      + (f64x2.extract_lane(second, 0) + f64x2.extract_lane(second, 1));
    const next = sum + part;
    lost += abs(sum) >= abs(part) ? sum - next + part : part - next + sum;
    sum = next;
  }
  store<f64>(total, sum); store<f64>(total, lost, 8);
}

/**
 * The sum of each of some lines that follow each other, as `sumOf` of core/sums.ts adds them up: whole blocks first, then number
 * by number.
 *
 * @param totals two float64 numbers for each line: its sum and what that lost.
 */
export function sumLines(from: usize, lines: i32, length: i32, totals: usize): void {
  const blocks = length >> 6, rest = length & 63;
  for (let line = 0; line < lines; line++, totals += 16) {
    store<f64>(totals, 0); store<f64>(totals, 0, 8);
    addBlocks(from, blocks, totals);
    from += <usize>blocks * BLOCK;
    let sum = load<f64>(totals), lost = load<f64>(totals, 8);
    for (const end = from + (<usize>rest << 2); from < end; from += 4) {
      const term = <f64>load<f32>(from);
      const next = sum + term;
      lost += abs(sum) >= abs(term) ? sum - next + term : term - next + sum;
      sum = next;
    }
    store<f64>(totals, sum); store<f64>(totals, lost, 8);
  }
}

function addKeeping(part: v128, sums: usize, lost: usize): void {
  const sum = v128.load(sums);
  const next = f64x2.add(sum, part);
  const isLarger = f64x2.ge(f64x2.abs(sum), f64x2.abs(part));
  const larger = v128.bitselect(sum, part, isLarger), smaller = v128.bitselect(part, sum, isLarger);
  const less = f64x2.add(f64x2.sub(larger, next), smaller);
  v128.store(lost, f64x2.add(v128.load(lost), less));
  v128.store(sums, next);
}

/**
 * Adds rows, column by column, to float64 sums with what these lost beside them. A few rows are added plainly first.
 *
 * @param step bytes from a row to the next.
 * @param width numbers of a row, a multiple of 4.
 */
export function addRows(from: usize, rows: i32, step: usize, width: i32, sums: usize, lost: usize): void {
  const end = from + (<usize>width << 2);
  // A cache line of each row: rows of images lie multiples of 4 KB apart, so that lines fall in the same few places of the cache.
  for (; from + 64 <= end; from += 64, sums += 128, lost += 128) {
    let a = f64x2.splat(0), b = a, c = a, d = a, e = a, f = a, g = a, h = a;
    for (let row = 0, at = from; row < rows; row++, at += step) {
      a = f64x2.add(a, twoAt(at)); b = f64x2.add(b, twoAt(at + 8));
      c = f64x2.add(c, twoAt(at + 16)); d = f64x2.add(d, twoAt(at + 24));
      e = f64x2.add(e, twoAt(at + 32)); f = f64x2.add(f, twoAt(at + 40));
      g = f64x2.add(g, twoAt(at + 48)); h = f64x2.add(h, twoAt(at + 56));
    }
    addKeeping(a, sums, lost); addKeeping(b, sums + 16, lost + 16);
    addKeeping(c, sums + 32, lost + 32); addKeeping(d, sums + 48, lost + 48);
    addKeeping(e, sums + 64, lost + 64); addKeeping(f, sums + 80, lost + 80);
    addKeeping(g, sums + 96, lost + 96); addKeeping(h, sums + 112, lost + 112);
  }
  for (; from < end; from += 16, sums += 32, lost += 32) {
    let first = f64x2.splat(0), second = first;
    for (let row = 0, at = from; row < rows; row++, at += step) {
      first = f64x2.add(first, twoAt(at));
      second = f64x2.add(second, twoAt(at + 8));
    }
    addKeeping(first, sums, lost);
    addKeeping(second, sums + 16, lost + 16);
  }
}

/** A sum and what it lost as one; what an infinite sum lost is NaN. */
@inline
function finish(sums: usize, lost: v128): void {
  const sum = v128.load(sums), none = f64x2.splat(0);
  const isFinite = f64x2.eq(f64x2.sub(lost, lost), none);
  v128.store(sums, v128.bitselect(f64x2.add(sum, lost), sum, isFinite));
}

/**
 * The sums of the columns of some matrices that follow each other, as `addRows` adds them up, 16 rows at a time.
 *
 * @param width numbers of a row, a multiple of 4.
 * @param lost room for 16 float64 numbers.
 */
export function sumColumns(
  from: usize, matrices: i32, rows: i32, step: usize, width: i32, to: usize, lost: usize,
): void {
  for (let matrix = 0; matrix < matrices; matrix++, from += <usize>rows * step) {
    for (let column = 0; column < width; column += 16) {
      const some = min(16, width - column);
      const line = from + (<usize>column << 2), bytes = <usize>some << 3;
      memory.fill(to, 0, bytes); memory.fill(lost, 0, bytes);
      for (let row = 0; row < rows; row += 16) {
        addRows(line + <usize>row * step, min(16, rows - row), step, some, to, lost);
      }
      for (let at: usize = 0; at < bytes; at += 16) finish(to + at, v128.load(lost + at));
      to += bytes;
    }
  }
}

/** The largest of a run, or its smallest; NaN where one is in it. The smallest is minus the largest of the negated numbers. */
export function extreme(from: usize, count: i32, isLargest: bool): f32 {
  const sign = i32x4.splat(isLargest ? 0 : i32.MIN_VALUE), worst = f32x4.splat(-<f32>Infinity);
  let best = worst, other = worst, isNumber = i32x4.splat(-1);
  // pmax(a, b) is `a < b ? b : a`: one instruction, which does not see a NaN in b; max has six.
  for (; count >= 8; count -= 8, from += 32) {
    const p = v128.xor(v128.load(from), sign), q = v128.xor(v128.load(from, 16), sign);
    best = f32x4.pmax(best, p);
    other = f32x4.pmax(other, q);
    isNumber = v128.and(isNumber, v128.and(f32x4.eq(p, p), f32x4.eq(q, q)));
  }
  best = f32x4.pmax(best, other);
  for (; count > 0; count -= 4, from += 16) {
    const x = v128.bitselect(v128.xor(v128.load(from), sign), worst, lanesBelow(count));
    best = f32x4.pmax(best, x);
    isNumber = v128.and(isNumber, f32x4.eq(x, x));
  }
  if (!i32x4.all_true(isNumber)) return NaN;
  const a = f32x4.extract_lane(best, 0), b = f32x4.extract_lane(best, 1);
  const c = f32x4.extract_lane(best, 2), d = f32x4.extract_lane(best, 3);
  const found = max(max(a, b), max(c, d));
  return isLargest ? found : -found;
}

/** The largest of each of some lines that follow each other, or the smallest. */
export function extremeLines(from: usize, lines: i32, length: i32, isLargest: bool, to: usize): void {
  for (const end = to + (<usize>lines << 2); to < end; to += 4, from += <usize>length << 2) {
    store<f32>(to, extreme(from, length, isLargest));
  }
}
