/**
 * Winograd's transforms of 3x3 weights (AssemblyScript): G g G^T before the products, and G^T s G of the sums that
 * become their gradient.
 */

/** One column of G g: g0, (g0 + g1 + g2) / 2, (g0 - g1 + g2) / 2, g2, for 4 outputs, `stride` bytes apart. */
@inline
function spreadTaps(g0: v128, g1: v128, g2: v128, to: usize, stride: usize): void {
  const half = f32x4.splat(0.5);
  const outer = f32x4.mul(half, f32x4.add(g0, g2)), inner = f32x4.mul(half, g1);
  v128.store(to, g0);
  v128.store(to + stride, f32x4.add(outer, inner));
  v128.store(to + 2 * stride, f32x4.sub(outer, inner));
  v128.store(to + 3 * stride, g2);
}

/** A tap of 4 outputs. */
@inline
function tapOfFour(p: usize, q: usize, r: usize, s: usize, tap: usize): v128 {
  let taps = v128.load32_zero(p + tap);
  taps = v128.load32_lane(q + tap, taps, 1);
  taps = v128.load32_lane(r + tap, taps, 2);
  return v128.load32_lane(s + tap, taps, 3);
}

/**
 * Transforms weights: output o, channel i and tap t lie at `from + o * outputStep + i * channelStep` plus 4 t, or
 * 4 (8 - t) where they are flipped. `scratch`: room for 12 vectors.
 */
export function winogradWeights(
  from: usize, outputStep: usize, channelStep: usize, flipped: bool, outputs: i32, channels: i32,
  scratch: usize, to: usize, stride: usize,
): void {
  for (let o = 0; o < outputs; o += 4) {
    const last = outputs - 1;
    let p = from + <usize>o * outputStep, q = from + <usize>min(o + 1, last) * outputStep;
    let r = from + <usize>min(o + 2, last) * outputStep, s = from + <usize>min(o + 3, last) * outputStep;
    for (let i = 0; i < channels; i++, to += 16) {
      for (let x: usize = 0; x < 3; x++) {
        const top = flipped ? 32 - (x << 2) : x << 2, down: usize = flipped ? -12 : 12;
        spreadTaps(
          tapOfFour(p, q, r, s, top), tapOfFour(p, q, r, s, top + down), tapOfFour(p, q, r, s, top + 2 * down),
          scratch + (x << 4), 48,
        );
      }
      let line = scratch, row = to;
      for (let y = 0; y < 4; y++, line += 48, row += 4 * stride) {
        spreadTaps(v128.load(line), v128.load(line, 16), v128.load(line, 32), row, stride);
      }
      p += channelStep; q += channelStep; r += channelStep; s += channelStep;
    }
  }
}

/** One column of G^T s: s0 + (s1 + s2) / 2, (s1 - s2) / 2, (s1 + s2) / 2 + s3, `stride` bytes apart. */
@inline
function gatherTaps(s0: v128, s1: v128, s2: v128, s3: v128, to: usize, stride: usize): void {
  const half = f32x4.splat(0.5);
  const even = f32x4.mul(half, f32x4.add(s1, s2));
  v128.store(to, f32x4.add(s0, even));
  v128.store(to + stride, f32x4.mul(half, f32x4.sub(s1, s2)));
  v128.store(to + 2 * stride, f32x4.add(even, s3));
}

/**
 * The gradient [channels, 9 taps, outputs] of the weights from their sums. `outputs`: a multiple of 4. `scratch`:
 * room for 12 vectors.
 */
export function winogradWeightGradient(
  sums: usize, stride: usize, outputs: i32, channels: i32, scratch: usize, to: usize,
): void {
  const line = <usize>outputs << 2;
  for (let i = 0; i < channels; i++, to += 8 * line) {
    for (let o = 0; o < outputs; o += 4, sums += 16, to += 16) {
      let from = sums;
      for (let x: usize = 0; x < 4; x++, from += stride) {
        gatherTaps(
          v128.load(from), v128.load(from + 4 * stride), v128.load(from + 8 * stride), v128.load(from + 12 * stride),
          scratch + (x << 4), 64,
        );
      }
      for (let y: usize = 0, row = scratch, taps = to; y < 3; y++, row += 64, taps += 3 * line) {
        gatherTaps(v128.load(row), v128.load(row, 16), v128.load(row, 32), v128.load(row, 48), taps, line);
      }
    }
  }
}
