/** a^b (AssemblyScript), in float64: the logarithm of float32 has too few digits for an exponent to multiply. */

import { multiplyAddDoubles } from "../../../base/assembly/simd";
import { high, low, narrow } from "../../../base/assembly/vectors";

const ONE_BITS: i64 = 0x3ff0000000000000;
const SQRT_HALF_BITS: i64 = 0x3fe6a09e667f3bcd;
const EXPONENT_BITS: i64 = 0x7ff0000000000000;

// 2^52, whose last bits are those of the whole numbers that are added to it.
const WHOLE_BITS: i64 = 0x4330000000000000;
const WHOLE: f64 = 4503599627370496;

/**
 * log2 x, for normal positive numbers: the series of atanh in s = (m - 1) / (m + 1), for x = 2^n m with m from sqrt(1/2) to
 * sqrt(2). What is left out is 5e-11 of the logarithm of m.
 */
@inline
function logarithm2(x: v128): v128 {
  const shifted = i64x2.add(x, i64x2.splat(ONE_BITS - SQRT_HALF_BITS));
  const biased = v128.or(i64x2.shr_u(shifted, 52), i64x2.splat(WHOLE_BITS));
  const n = f64x2.sub(biased, f64x2.splat(WHOLE + 1023));
  const m = i64x2.add(i64x2.sub(x, v128.and(shifted, i64x2.splat(EXPONENT_BITS))), i64x2.splat(ONE_BITS));
  const one = f64x2.splat(1);
  const s = f64x2.div(f64x2.sub(m, one), f64x2.add(m, one));
  const square = f64x2.mul(s, s);
  const first = multiplyAddDoubles(f64x2.splat(0.9617966939259757), square, f64x2.splat(2.8853900817779268));
  const second = multiplyAddDoubles(f64x2.splat(0.41219858311113244), square, f64x2.splat(0.5770780163555853));
  const third = multiplyAddDoubles(f64x2.splat(0.2623081892525388), square, f64x2.splat(0.3205988979753252));
  const fourth = f64x2.mul(square, square);
  const p = multiplyAddDoubles(multiplyAddDoubles(third, fourth, second), fourth, first);
  return multiplyAddDoubles(p, s, n);
}

// Added to 1.5 * 2^52 a number is rounded to a whole one, whose bits are the lowest.
const ROUNDING: f64 = 6755399441055744;

/** 2^y, for |y| <= 1000: the series of degree 7 between -1/2 and 1/2, which leaves out 5e-9. */
@inline
function exponential2(y: v128): v128 {
  const shifted = f64x2.add(y, f64x2.splat(ROUNDING));
  const r = f64x2.sub(y, f64x2.sub(shifted, f64x2.splat(ROUNDING)));
  const first = multiplyAddDoubles(f64x2.splat(0.6931471805599453), r, f64x2.splat(1));
  const second = multiplyAddDoubles(f64x2.splat(5.5504108664821576e-2), r, f64x2.splat(0.2402265069591007));
  const third = multiplyAddDoubles(f64x2.splat(1.3333558146428441e-3), r, f64x2.splat(9.618129107628477e-3));
  const fourth = multiplyAddDoubles(f64x2.splat(1.5252733804059838e-5), r, f64x2.splat(1.5403530393381606e-4));
  const square = f64x2.mul(r, r);
  const upper = multiplyAddDoubles(fourth, square, third);
  const p = multiplyAddDoubles(upper, f64x2.mul(square, square), multiplyAddDoubles(second, square, first));
  return i64x2.add(p, i64x2.shl(shifted, 52));
}

/** The logarithm of |a|^b to the base 2. */
@inline
function powerOfTwo(a: v128, b: v128): v128 {
  return f64x2.mul(b, logarithm2(f64x2.abs(a)));
}

/** Whether a power is a normal number of float64, from its logarithm. */
@inline
function isModerate(y: v128): v128 {
  return f64x2.le(f64x2.abs(y), f64x2.splat(1000));
}

/** Whether four bases are above 0 and finite: what only other ones need is half of the work. */
@inline
function arePositive(bases: v128): bool {
  const none = f32x4.splat(0), most = f32x4.splat(f32.MAX_VALUE);
  return i32x4.all_true(v128.and(f32x4.gt(bases, none), f32x4.le(bases, most)));
}

/** |a|^b from its logarithm, with the sign of a where b is odd. */
@inline
function power(a: v128, b: v128, y: v128): v128 {
  const half = f64x2.mul(b, f64x2.splat(0.5));
  const isOdd = v128.and(f64x2.ne(half, f64x2.nearest(half)), f64x2.eq(b, f64x2.nearest(b)));
  const sign = v128.and(v128.and(a, i64x2.splat(i64.MIN_VALUE)), isOdd);
  const isZero = f64x2.eq(a, f64x2.splat(0));
  return v128.or(v128.andnot(exponential2(y), isZero), sign);
}

/**
 * Where `power` is a^b: the base is finite, below 0 only under whole exponents, and 0 only under those above 0; the power is a
 * normal number of float64.
 */
@inline
function hasPower(a: v128, b: v128, y: v128): v128 {
  const none = f64x2.splat(0);
  const isWhole = f64x2.eq(b, f64x2.nearest(b));
  const isZero = v128.and(f64x2.eq(a, none), f64x2.gt(b, none));
  const isBase = v128.or(f64x2.gt(a, none), v128.and(f64x2.lt(a, none), isWhole));
  const isFinite = f64x2.lt(f64x2.abs(a), f64x2.splat(Infinity));
  return v128.or(v128.and(v128.and(isFinite, isModerate(y)), isBase), isZero);
}

/**
 * a^b, entry by entry.
 *
 * @param stepA 16, or 0 where four times the same number is all of it; as stepB.
 * @returns 1 where an entry is none that the kernel has, or may be.
 */
export function powers(a: usize, stepA: usize, b: usize, stepB: usize, to: usize, count: i32): i32 {
  let inside = i64x2.splat(-1);
  for (const end = to + (<usize>count << 2); to < end; a += stepA, b += stepB, to += 16) {
    const base = v128.load(a), exponent = v128.load(b);
    const a0 = low(base), a1 = high(base), b0 = low(exponent), b1 = high(exponent);
    const y0 = powerOfTwo(a0, b0), y1 = powerOfTwo(a1, b1);
    if (arePositive(base)) {
      inside = v128.and(inside, v128.and(isModerate(y0), isModerate(y1)));
      v128.store(to, narrow(exponential2(y0), exponential2(y1)));
      continue;
    }
    inside = v128.and(inside, v128.and(hasPower(a0, b0, y0), hasPower(a1, b1, y1)));
    v128.store(to, narrow(power(a0, b0, y0), power(a1, b1, y1)));
  }
  return i64x2.all_true(inside) ? 0 : 1;
}

/**
 * The gradients of the bases, upstream b a^(b - 1); as `powers`. An exponent of 0 is the reference's: whatever comes from
 * upstream, its gradient is 0.
 */
export function powerGradients(
  upstream: usize, a: usize, stepA: usize, b: usize, stepB: usize, to: usize, count: i32,
): i32 {
  let inside = i64x2.splat(-1);
  const none = f64x2.splat(0), one = f64x2.splat(1);
  for (const end = to + (<usize>count << 2); to < end; upstream += 16, a += stepA, b += stepB, to += 16) {
    const u = v128.load(upstream), base = v128.load(a), exponent = v128.load(b);
    const a0 = low(base), a1 = high(base), b0 = low(exponent), b1 = high(exponent);
    const c0 = f64x2.sub(b0, one), c1 = f64x2.sub(b1, one);
    const y0 = powerOfTwo(a0, c0), y1 = powerOfTwo(a1, c1);
    inside = v128.and(inside, v128.and(f64x2.ne(b0, none), f64x2.ne(b1, none)));
    const u0 = f64x2.mul(low(u), b0), u1 = f64x2.mul(high(u), b1);
    if (arePositive(base)) {
      inside = v128.and(inside, v128.and(isModerate(y0), isModerate(y1)));
      v128.store(to, narrow(f64x2.mul(u0, exponential2(y0)), f64x2.mul(u1, exponential2(y1))));
      continue;
    }
    inside = v128.and(inside, v128.and(hasPower(a0, c0, y0), hasPower(a1, c1, y1)));
    v128.store(to, narrow(f64x2.mul(u0, power(a0, c0, y0)), f64x2.mul(u1, power(a1, c1, y1))));
  }
  return i64x2.all_true(inside) ? 0 : 1;
}
