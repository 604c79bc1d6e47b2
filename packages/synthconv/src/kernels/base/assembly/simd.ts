/** What every kernel shares (AssemblyScript). */

/** a * b + c: rounded twice in the plain build, once or twice in the relaxed one, as the processor likes. */
@inline
export function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** The same of float64. */
@inline
export function multiplyAddDoubles(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f64x2.relaxed_madd(a, b, c);
  return f64x2.add(f64x2.mul(a, b), c);
}

/** Adds a vector of four float32 to the one in memory. */
@inline
export function addInto(pointer: usize, sum: v128): void {
  v128.store(pointer, f32x4.add(v128.load(pointer), sum));
}

/** 128 bytes for sums on their way, below all that TypeScript lays out (../memory.ts). */
export const SPARE: usize = 512;
