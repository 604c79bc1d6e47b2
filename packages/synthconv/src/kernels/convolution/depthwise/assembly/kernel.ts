/**
 * Correlations of one output with few channels, and the gradients of their weights (AssemblyScript). Where each tap of each channel
 * lies is a table of byte offsets, one int32 each, as in the product's kernel: the value of a tap for result n is that many
 * bytes behind place n of the grid.
 */

import { multiplyAdd } from "../../../base/assembly/simd";
import { high, low } from "../../../base/assembly/vectors";

/** Taps that are added up before their sum joins the others': short sums round less. Those of 3x3 are one. */
const PART: usize = 9;

/** Numbers of a sum of a gradient that stay in float32: 16 vectors. */
const BLOCK: i32 = 64;

/**
 * Results of one output, from what its sums start with: 16 at a time, of which the last may be beyond `length`.
 *
 * @param weights one number for each of the `taps` offsets.
 */
export function correlate(
  grid: usize, offsets: usize, weights: usize, taps: i32, start: f32, to: usize, length: i32,
): void {
  const end = offsets + (<usize>taps << 2);
  for (; length > 0; length -= 16, grid += 64, to += 64) {
    let a = f32x4.splat(start), b = a, c = a, d = a;
    let weight = weights;
    for (let tap = offsets; tap < end; ) {
      const stop = min(end, tap + (PART << 2));
      let e = f32x4.splat(0), f = e, g = e, h = e;
      do {
        const at = grid + load<u32>(tap), w = v128.load32_splat(weight);
        e = multiplyAdd(w, v128.load(at), e);
        f = multiplyAdd(w, v128.load(at, 16), f);
        g = multiplyAdd(w, v128.load(at, 32), g);
        h = multiplyAdd(w, v128.load(at, 48), h);
        tap += 4;
        weight += 4;
      } while (tap < stop);
      a = f32x4.add(a, e); b = f32x4.add(b, f); c = f32x4.add(c, g); d = f32x4.add(d, h);
    }
    v128.store(to, a); v128.store(to, b, 16); v128.store(to, c, 32); v128.store(to, d, 48);
  }
}

/** Adds a vector to two float64 sums. */
@inline
function addTo(sums: usize, part: v128): void {
  v128.store(sums, f64x2.add(v128.load(sums), f64x2.add(low(part), high(part))));
}

/**
 * Adds the products of the gradient of the results with what each tap meets: to two float64 sums a tap, whose sum is the gradient
 * of its weight. Four taps at a time, and those that are left one by one.
 *
 * @param length of the gradient, a multiple of 4.
 */
export function addDots(grid: usize, offsets: usize, taps: i32, upstream: usize, length: i32, sums: usize): void {
  for (; length > 0; length -= BLOCK, grid += <usize>BLOCK << 2, upstream += <usize>BLOCK << 2) {
    const bytes = <usize>min(length, BLOCK) << 2;
    let tap = offsets, sum = sums, left = taps;
    for (; left >= 4; left -= 4, tap += 16, sum += 64) {
      const p = grid + load<u32>(tap), q = grid + load<u32>(tap, 4);
      const r = grid + load<u32>(tap, 8), s = grid + load<u32>(tap, 12);
      let a = f32x4.splat(0), b = a, c = a, d = a;
      for (let at: usize = 0; at < bytes; at += 16) {
        const u = v128.load(upstream + at);
        a = multiplyAdd(u, v128.load(p + at), a);
        b = multiplyAdd(u, v128.load(q + at), b);
        c = multiplyAdd(u, v128.load(r + at), c);
        d = multiplyAdd(u, v128.load(s + at), d);
      }
      addTo(sum, a); addTo(sum + 16, b); addTo(sum + 32, c); addTo(sum + 48, d);
    }
    for (; left > 0; left--, tap += 4, sum += 16) {
      const p = grid + load<u32>(tap);
      let a = f32x4.splat(0);
      for (let at: usize = 0; at < bytes; at += 16) {
        a = multiplyAdd(v128.load(upstream + at), v128.load(p + at), a);
      }
      addTo(sum, a);
    }
  }
}
