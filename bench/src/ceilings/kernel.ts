/** What this machine can do at most inside WebAssembly: multiply-adds in registers, and copies (AssemblyScript). */

@inline
function multiplyAdd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/**
 * 10 independent chains: a multiply-add takes 4 cycles and two start in each, so 8 chains keep both units busy;
 * with the two constants they leave 4 of the 16 vector registers for the products of the plain build.
 * Every number goes to `shift / (1 - scale)` and stays there: nothing overflows or becomes denormal.
 */
export function multiplyAdds(iterations: i32, scale: f32, shift: f32): f32 {
  const s = f32x4.splat(scale), t = f32x4.splat(shift);
  let a = t, b = t, c = t, d = t, e = t, f = t, g = t, h = t, i = t, j = t;
  for (let n = 0; n < iterations; n++) {
    a = multiplyAdd(a, s, t); b = multiplyAdd(b, s, t); c = multiplyAdd(c, s, t); d = multiplyAdd(d, s, t);
    e = multiplyAdd(e, s, t); f = multiplyAdd(f, s, t); g = multiplyAdd(g, s, t); h = multiplyAdd(h, s, t);
    i = multiplyAdd(i, s, t); j = multiplyAdd(j, s, t);
    a = multiplyAdd(a, s, t); b = multiplyAdd(b, s, t); c = multiplyAdd(c, s, t); d = multiplyAdd(d, s, t);
    e = multiplyAdd(e, s, t); f = multiplyAdd(f, s, t); g = multiplyAdd(g, s, t); h = multiplyAdd(h, s, t);
    i = multiplyAdd(i, s, t); j = multiplyAdd(j, s, t);
  }
  a = f32x4.add(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)), f32x4.add(f32x4.add(e, f), f32x4.add(g, h)));
  return f32x4.extract_lane(f32x4.add(a, f32x4.add(i, j)), 0);
}

/** Copies a multiple of 64 bytes with vector loads and stores, as a kernel would. */
export function copyVectors(from: usize, to: usize, bytes: usize): void {
  for (const end = from + bytes; from < end; from += 64, to += 64) {
    const a = v128.load(from), b = v128.load(from, 16), c = v128.load(from, 32), d = v128.load(from, 48);
    v128.store(to, a); v128.store(to, b, 16); v128.store(to, c, 32); v128.store(to, d, 48);
  }
}

/** The instruction memory.copy. */
export function copyBulk(from: usize, to: usize, bytes: usize): void {
  memory.copy(to, from, bytes);
}
