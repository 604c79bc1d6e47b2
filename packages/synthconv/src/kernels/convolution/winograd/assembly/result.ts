/** Winograd's transform A^T m A of products to results (AssemblyScript). */

import { groupIn, PANEL_ROW } from "./products";

/** 4 tiles of one row of results, columns 2 x to 2 x + 7; beyond `width` they go nowhere. */
@inline
function storeColumns(even: v128, odd: v128, to: usize, left: i32, scratch: usize): void {
  const low = i32x4.shuffle(even, odd, 0, 4, 1, 5), high = i32x4.shuffle(even, odd, 2, 6, 3, 7);
  if (left >= 8) {
    v128.store(to, low); v128.store(to, high, 16);
    return;
  }
  v128.store(scratch, low); v128.store(scratch, high, 16);
  memory.copy(to, scratch, <usize>left << 2);
}

/** Bits that are 0 where every number is finite. */
@inline
function notFinite(sum: v128): v128 {
  return f32x4.sub(sum, sum);
}

/**
 * Transforms A^T m A of a block's products, plus the bias of each channel, to planes of `height` x `width` results, `planeBytes` from
 * one to the next.
 *
 * @returns whether all results are finite.
 */
export function winogradResult(
  result: usize, stride: usize, panelChannels: i32, channels: i32, rows: i32, groups: i32,
  bias: usize, scratch: usize, plane: usize, planeBytes: usize, height: i32, width: i32,
): bool {
  let unfit = f32x4.splat(0);
  const rowBytes = <usize>width << 2;
  for (let row = 0; row < rows; row++) {
    const hasBoth = 2 * row + 1 < height;
    for (let o = 0; o < channels; o++) {
      const start = v128.load32_splat(bias + (<usize>o << 2));
      let to = plane + <usize>o * planeBytes + <usize>(2 * row) * rowBytes;
      for (let group = 0, left = width; group < groups; group++, left -= 8, to += 32) {
        let from = groupIn(result, row * groups + group, panelChannels) + <usize>o * PANEL_ROW;
        let m0 = v128.load(from), m1 = v128.load(from + 4 * stride);
        let m2 = v128.load(from + 8 * stride), m3 = v128.load(from + 12 * stride);
        const a0 = f32x4.add(m0, f32x4.add(m1, m2)), b0 = f32x4.sub(f32x4.sub(m1, m2), m3);
        from += stride;
        m0 = v128.load(from); m1 = v128.load(from + 4 * stride);
        m2 = v128.load(from + 8 * stride); m3 = v128.load(from + 12 * stride);
        const a1 = f32x4.add(m0, f32x4.add(m1, m2)), b1 = f32x4.sub(f32x4.sub(m1, m2), m3);
        from += stride;
        m0 = v128.load(from); m1 = v128.load(from + 4 * stride);
        m2 = v128.load(from + 8 * stride); m3 = v128.load(from + 12 * stride);
        const a2 = f32x4.add(m0, f32x4.add(m1, m2)), b2 = f32x4.sub(f32x4.sub(m1, m2), m3);
        from += stride;
        m0 = v128.load(from); m1 = v128.load(from + 4 * stride);
        m2 = v128.load(from + 8 * stride); m3 = v128.load(from + 12 * stride);
        const a3 = f32x4.add(m0, f32x4.add(m1, m2)), b3 = f32x4.sub(f32x4.sub(m1, m2), m3);
        const evenTop = f32x4.add(start, f32x4.add(a0, f32x4.add(a1, a2)));
        const oddTop = f32x4.add(start, f32x4.sub(f32x4.sub(a1, a2), a3));
        storeColumns(evenTop, oddTop, to, left, scratch);
        unfit = v128.or(unfit, v128.or(notFinite(evenTop), notFinite(oddTop)));
        if (!hasBoth) continue;
        const evenLow = f32x4.add(start, f32x4.add(b0, f32x4.add(b1, b2)));
        const oddLow = f32x4.add(start, f32x4.sub(f32x4.sub(b1, b2), b3));
        storeColumns(evenLow, oddLow, to + rowBytes, left, scratch);
        unfit = v128.or(unfit, v128.or(notFinite(evenLow), notFinite(oddLow)));
      }
    }
  }
  return !v128.any_true(unfit);
}
