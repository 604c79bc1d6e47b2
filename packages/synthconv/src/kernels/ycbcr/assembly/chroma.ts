/** Colour that stands for pairs of pixels: its filters across and down (AssemblyScript). */

import { multiplyAdd } from "../../base/assembly/simd";

/** The sum of six neighbours by their weights. */
@inline
function six(at: usize, w0: v128, w1: v128, w2: v128, w3: v128, w4: v128, w5: v128): v128 {
  const near = multiplyAdd(w2, v128.load(at, 8), f32x4.mul(w3, v128.load(at, 12)));
  const middle = multiplyAdd(w1, v128.load(at, 4), f32x4.mul(w4, v128.load(at, 16)));
  const far = multiplyAdd(w0, v128.load(at), f32x4.mul(w5, v128.load(at, 20)));
  return f32x4.add(near, f32x4.add(middle, far));
}

/** Places beside a row that filters read. */
const BESIDE = 3;

/** What lies beside `count` numbers is what lies within, mirrored; of very few the last one. */
@inline
function mirrorEnds(row: usize, count: i32): void {
  for (let beside = 1; beside <= BESIDE; beside++) {
    store<f32>(row - 4 * beside, load<f32>(row + 4 * min(beside - 1, count - 1)));
    store<f32>(row + 4 * (count - 1 + beside), load<f32>(row + 4 * max(count - beside, 0)));
  }
}

/** The same where numbers of even and of odd places lie apart, `count` of each. */
@inline
function mirrorApart(even: usize, odd: usize, count: i32): void {
  const first = load<f32>(even), last = load<f32>(odd + 4 * (count - 1));
  for (let beside = 1; beside <= BESIDE; beside++) {
    const isInside = beside <= count, near = 4 * (beside - 1), far = 4 * (count - beside);
    store<f32>(even - 4 * beside, isInside ? load<f32>(odd + near) : last);
    store<f32>(odd - 4 * beside, isInside ? load<f32>(even + near) : last);
    const behind = 4 * (count - 1 + beside);
    store<f32>(even + behind, isInside ? load<f32>(odd + far) : first);
    store<f32>(odd + behind, isInside ? load<f32>(even + far) : first);
  }
}

/**
 * Of two rows, the second `row` bytes behind the first, twice as many numbers: those at even places by six weights from
 * `evenFirst` bytes on, those at odd places by the six after these, from `oddFirst` on. `count` are the source's.
 *
 * @param isCopied whether those at even places are the source's own.
 */
export function widen(
  source: usize, target: usize, row: usize, count: i32, weights: usize, isCopied: bool, evenFirst: i32, oddFirst: i32,
): void {
  const bytes: usize = 4 * count;
  for (let colour = 0; colour < 2; colour++, source += row, target += row) {
    mirrorEnds(source, count);
    if (isCopied) widenBy(true, source, target, bytes, weights, 0, oddFirst);
    else widenBy(false, source, target, bytes, weights, evenFirst, oddFirst);
  }
}

@inline
function widenBy(
  isCopied: bool, source: usize, target: usize, bytes: usize, weights: usize, evenFirst: i32, oddFirst: i32,
): void {
  const e0 = v128.load32_splat(weights), e1 = v128.load32_splat(weights, 4), e2 = v128.load32_splat(weights, 8);
  const e3 = v128.load32_splat(weights, 12), e4 = v128.load32_splat(weights, 16), e5 = v128.load32_splat(weights, 20);
  const o0 = v128.load32_splat(weights, 24), o1 = v128.load32_splat(weights, 28), o2 = v128.load32_splat(weights, 32);
  const o3 = v128.load32_splat(weights, 36), o4 = v128.load32_splat(weights, 40), o5 = v128.load32_splat(weights, 44);
  for (const end = source + bytes; source < end; source += 16, target += 32) {
    const even = isCopied ? v128.load(source) : six(source + evenFirst, e0, e1, e2, e3, e4, e5);
    const odd = six(source + oddFirst, o0, o1, o2, o3, o4, o5);
    v128.store(target, v128.shuffle<u32>(even, odd, 0, 4, 1, 5));
    v128.store(target, v128.shuffle<u32>(even, odd, 2, 6, 3, 7), 16);
  }
}

/**
 * The way back from `widen`: two rows whose numbers at even places are followed by those at odd places, `row` bytes behind,
 * each to one row of `count` numbers.
 */
export function narrow(
  even: usize, target: usize, row: usize, count: i32, weights: usize, isCopied: bool, evenFirst: i32, oddFirst: i32,
): void {
  const bytes: usize = 4 * count;
  for (let colour = 0; colour < 2; colour++, even += row + row, target += row) {
    const odd = even + row;
    mirrorApart(even, odd, count);
    if (isCopied) narrowBy(true, even, odd, target, bytes, weights, 0, oddFirst);
    else narrowBy(false, even, odd, target, bytes, weights, evenFirst, oddFirst);
  }
}

@inline
function narrowBy(
  isCopied: bool, even: usize, odd: usize, target: usize, bytes: usize, weights: usize, evenFirst: i32, oddFirst: i32,
): void {
  const e0 = v128.load32_splat(weights), e1 = v128.load32_splat(weights, 4), e2 = v128.load32_splat(weights, 8);
  const e3 = v128.load32_splat(weights, 12), e4 = v128.load32_splat(weights, 16), e5 = v128.load32_splat(weights, 20);
  const o0 = v128.load32_splat(weights, 24), o1 = v128.load32_splat(weights, 28), o2 = v128.load32_splat(weights, 32);
  const o3 = v128.load32_splat(weights, 36), o4 = v128.load32_splat(weights, 40), o5 = v128.load32_splat(weights, 44);
  for (const end = target + bytes; target < end; target += 16, even += 16, odd += 16) {
    const odds = six(odd + oddFirst, o0, o1, o2, o3, o4, o5);
    const evens = isCopied ? f32x4.mul(e0, v128.load(even)) : six(even + evenFirst, e0, e1, e2, e3, e4, e5);
    v128.store(target, f32x4.add(evens, odds));
  }
}

/**
 * The sum of six rows by their weights, and that of the six rows `row` bytes behind them.
 *
 * @param rows six pointers.
 * @param adds whether it is added to what the target holds.
 */
export function sumRows(rows: usize, weights: usize, target: usize, row: usize, count: i32, adds: bool): void {
  const bytes: usize = 4 * count;
  for (let apart: usize = 0; apart <= row; apart += row) {
    if (adds) sumRowsBy(true, rows, apart, weights, target + apart, bytes);
    else sumRowsBy(false, rows, apart, weights, target + apart, bytes);
  }
}

@inline
function sumRowsBy(adds: bool, rows: usize, apart: usize, weights: usize, target: usize, bytes: usize): void {
  const p0 = load<usize>(rows) + apart, p1 = load<usize>(rows, 4) + apart, p2 = load<usize>(rows, 8) + apart;
  const p3 = load<usize>(rows, 12) + apart, p4 = load<usize>(rows, 16) + apart, p5 = load<usize>(rows, 20) + apart;
  const w0 = v128.load32_splat(weights), w1 = v128.load32_splat(weights, 4), w2 = v128.load32_splat(weights, 8);
  const w3 = v128.load32_splat(weights, 12), w4 = v128.load32_splat(weights, 16), w5 = v128.load32_splat(weights, 20);
  for (let at: usize = 0; at < bytes; at += 16) {
    const near = multiplyAdd(w2, v128.load(p2 + at), f32x4.mul(w3, v128.load(p3 + at)));
    const middle = multiplyAdd(w1, v128.load(p1 + at), f32x4.mul(w4, v128.load(p4 + at)));
    const far = multiplyAdd(w0, v128.load(p0 + at), f32x4.mul(w5, v128.load(p5 + at)));
    let sum = f32x4.add(near, f32x4.add(middle, far));
    if (adds) sum = f32x4.add(sum, v128.load(target + at));
    v128.store(target + at, sum);
  }
}
