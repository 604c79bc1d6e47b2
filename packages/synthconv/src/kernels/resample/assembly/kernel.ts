/**
 * Sums of a few entries of an axis with weights, in float64 (AssemblyScript). The sum for entry i takes the sources and weights from
 * the end of entry i - 1 to `ends[i]`: a byte offset into the sources, which are byte offsets themselves, one int32 each; weights
 * are float64. Sums begin with `start`, 0 or -0, in the order of the sources.
 */

import { high, low, narrow } from "../../base/assembly/vectors";

@inline
function columns<From, To>(
  from: usize, step: usize, ends: usize, sources: usize, weights: usize, output: i32, rows: i32, start: f64,
  to: usize, toStep: usize,
): void {
  for (; rows > 0; rows--, from += step, to += toStep) {
    let source = sources, weight = weights, at = to;
    for (let i = 0; i < output; i++, at += sizeof<To>()) {
      const end = sources + load<u32>(ends + (<usize>i << 2));
      let sum = start;
      for (; source < end; source += 4, weight += 8) {
        sum += load<f64>(weight) * <f64>load<From>(from + load<u32>(source));
      }
      store<To>(at, <To>sum);
    }
  }
}

/** Columns of float32 rows, `step` bytes from one to the next, to float64 rows. */
export function columnsToDoubles(
  from: usize, step: usize, ends: usize, sources: usize, weights: usize, output: i32, rows: i32, start: f64,
  to: usize, toStep: usize,
): void {
  columns<f32, f64>(from, step, ends, sources, weights, output, rows, start, to, toStep);
}

/** Columns of float64 rows to float32 rows. */
export function columnsToFloats(
  from: usize, step: usize, ends: usize, sources: usize, weights: usize, output: i32, rows: i32, start: f64,
  to: usize, toStep: usize,
): void {
  columns<f64, f32>(from, step, ends, sources, weights, output, rows, start, to, toStep);
}

/** Whole float64 rows to float32 rows, whose last vector may reach into the next row. */
export function rowsToFloats(
  from: usize, ends: usize, sources: usize, weights: usize, output: i32, width: i32, start: f64,
  to: usize, toStep: usize,
): void {
  let source = sources, weight = weights;
  for (let row = 0; row < output; row++, to += toStep) {
    const end = sources + load<u32>(ends + (<usize>row << 2));
    for (let x: usize = 0; x < <usize>width; x += 4) {
      let a = f64x2.splat(start), b = a;
      let factor = weight;
      for (let k = source; k < end; k += 4, factor += 8) {
        const at = from + load<u32>(k) + (x << 3), w = v128.load64_splat(factor);
        a = f64x2.add(a, f64x2.mul(w, v128.load(at)));
        b = f64x2.add(b, f64x2.mul(w, v128.load(at, 16)));
      }
      v128.store(to + (x << 2), narrow(a, b));
    }
    weight += (end - source) << 1;
    source = end;
  }
}

/** Whole float32 rows to float64 rows of whole vectors. */
export function rowsToDoubles(
  from: usize, ends: usize, sources: usize, weights: usize, output: i32, width: i32, start: f64,
  to: usize, toStep: usize,
): void {
  let source = sources, weight = weights;
  for (let row = 0; row < output; row++, to += toStep) {
    const end = sources + load<u32>(ends + (<usize>row << 2));
    for (let x: usize = 0; x < <usize>width; x += 4) {
      let a = f64x2.splat(start), b = a;
      let factor = weight;
      for (let k = source; k < end; k += 4, factor += 8) {
        const u = v128.load(from + load<u32>(k) + (x << 2)), w = v128.load64_splat(factor);
        a = f64x2.add(a, f64x2.mul(w, low(u)));
        b = f64x2.add(b, f64x2.mul(w, high(u)));
      }
      v128.store(to + (x << 3), a); v128.store(to + (x << 3), b, 16);
    }
    weight += (end - source) << 1;
    source = end;
  }
}

/** One number as it is, also where it is none: a NaN keeps its bits. */
@inline
function move(from: usize, column: usize, to: usize): void {
  store<u32>(to, load<u32>(from + load<u32>(column)));
}

/**
 * A plane of numbers that are read from another one.
 *
 * @param rowTable where the row of each row begins, in bytes; columnTable as much of the columns within a row.
 */
export function pickNearest(
  from: usize, rowTable: usize, rows: i32, columnTable: usize, columns: i32, to: usize,
): void {
  const rowBytes = <usize>columns << 2;
  for (let row = 0, last: u32 = u32.MAX_VALUE; row < rows; row++, rowTable += 4, to += rowBytes) {
    const offset = load<u32>(rowTable);
    if (offset == last) {
      memory.copy(to, to - rowBytes, rowBytes);
      continue;
    }
    last = offset;
    const line = from + offset;
    let column = columnTable, at = to, left = columns;
    for (; left >= 4; left -= 4, column += 16, at += 16) {
      move(line, column, at); move(line, column + 4, at + 4);
      move(line, column + 8, at + 8); move(line, column + 12, at + 12);
    }
    for (; left > 0; left--, column += 4, at += 4) move(line, column, at);
  }
}
