/** Vectors of a run whose length is no multiple of 4, and the way of vectors into float64 and back (AssemblyScript). */

/** Ones in the lanes below `count`: of a whole vector from 4 on. */
@inline
export function lanesBelow(count: i32): v128 {
  return i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(count));
}

@inline
export function low(x: v128): v128 {
  return f64x2.promote_low_f32x4(x);
}

@inline
export function high(x: v128): v128 {
  return f64x2.promote_low_f32x4(i64x2.shuffle(x, x, 1, 1));
}

/** Two numbers that lie there as float64: engines read and widen them in one instruction, where `high` of a vector is two more. */
@inline
export function twoAt(at: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(at));
}

@inline
export function narrow(first: v128, second: v128): v128 {
  return i64x2.shuffle(f32x4.demote_f64x2_zero(first), f32x4.demote_f64x2_zero(second), 0, 2);
}

@inline
export function lanesSum(first: v128, second: v128): f64 {
  const both = f64x2.add(first, second);
  return f64x2.extract_lane(both, 0) + f64x2.extract_lane(both, 1);
}
