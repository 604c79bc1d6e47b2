/** Float64 sums beside the float32 sums of products, for the sums that are longer (AssemblyScript). */

/** Adds `count` float32 sums to float64 ones, or makes those of them, and clears them. `count`: a multiple of 4. */
export function foldSums(c: usize, folded: usize, count: i32, isFirst: bool): void {
  const zero = f32x4.splat(0);
  for (const end = c + (<usize>count << 2); c < end; c += 16, folded += 32) {
    const sums = v128.load(c);
    let low = f64x2.promote_low_f32x4(sums), high = f64x2.promote_low_f32x4(i64x2.shuffle(sums, sums, 1, 1));
    if (!isFirst) {
      low = f64x2.add(low, v128.load(folded));
      high = f64x2.add(high, v128.load(folded, 16));
    }
    v128.store(folded, low); v128.store(folded, high, 16);
    v128.store(c, zero);
  }
}

/** Writes the float32 sum of `count` float32 sums and the float64 ones. `count`: a multiple of 4. */
export function finishSums(c: usize, folded: usize, count: i32): void {
  for (const end = c + (<usize>count << 2); c < end; c += 16, folded += 32) {
    const sums = v128.load(c);
    const low = f64x2.add(v128.load(folded), f64x2.promote_low_f32x4(sums));
    const high = f64x2.add(v128.load(folded, 16), f64x2.promote_low_f32x4(i64x2.shuffle(sums, sums, 1, 1)));
    v128.store(c, i64x2.shuffle(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2));
  }
}
