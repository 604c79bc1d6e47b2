/** Sums and extremes of runs (AssemblyScript). */

import { high, lanesBelow, low } from "../../base/assembly/vectors";

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
    for (const end = from + BLOCK; from < end; from += 16) {
      const x = v128.load(from);
      first = f64x2.add(first, low(x));
      second = f64x2.add(second, high(x));
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

@inline
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
  for (const end = from + (<usize>width << 2); from < end; from += 16, sums += 32, lost += 32) {
    let first = f64x2.splat(0), second = first;
    let at = from;
    for (let row = 0; row < rows; row++, at += step) {
      const x = v128.load(at);
      first = f64x2.add(first, low(x));
      second = f64x2.add(second, high(x));
    }
    addKeeping(first, sums, lost);
    addKeeping(second, sums + 16, lost + 16);
  }
}

/** The largest of a run, or its smallest; NaN where one is in it. */
export function extreme(from: usize, count: i32, isLargest: bool): f32 {
  const worst = f32x4.splat(isLargest ? -<f32>Infinity : <f32>Infinity);
  let best = worst, isNumber = i32x4.splat(-1);
  for (; count >= 4; count -= 4, from += 16) {
    const x = v128.load(from);
    // pmax(a, b) is `a < b ? b : a`: one instruction, which does not see a NaN in b; max has six.
    best = isLargest ? f32x4.pmax(best, x) : f32x4.pmin(best, x);
    isNumber = v128.and(isNumber, f32x4.eq(x, x));
  }
  const x = v128.bitselect(v128.load(from), worst, lanesBelow(count));
  best = isLargest ? f32x4.pmax(best, x) : f32x4.pmin(best, x);
  if (!i32x4.all_true(v128.and(isNumber, f32x4.eq(x, x)))) return NaN;
  const a = f32x4.extract_lane(best, 0), b = f32x4.extract_lane(best, 1);
  const c = f32x4.extract_lane(best, 2), d = f32x4.extract_lane(best, 3);
  return isLargest ? max(max(a, b), max(c, d)) : min(min(a, b), min(c, d));
}

/** The largest of each of some lines that follow each other, or the smallest. */
export function extremeLines(from: usize, lines: i32, length: i32, isLargest: bool, to: usize): void {
  for (const end = to + (<usize>lines << 2); to < end; to += 4, from += <usize>length << 2) {
    store<f32>(to, extreme(from, length, isLargest));
  }
}
