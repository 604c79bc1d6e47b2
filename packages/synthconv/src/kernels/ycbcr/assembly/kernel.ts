/**
 * Rows of films as they are coded, Y'CbCr, to planes of RGB in float32 and back (AssemblyScript; README.md explains it).
 *
 * A row is float32 and padded: filters read up to 3 numbers before it and up to 8 behind it. `bytes` is the row's length
 * rounded up to a multiple of 16, weights are 6 numbers for every filter. A letter stands for a vector of 4 entries.
 */

import { multiplyAdd } from "../../base/assembly/simd";

export * from "./chroma";

/** value * scale + offset of 8 bits. */
export function unpack8(source: usize, target: usize, bytes: usize, scale: f32, offset: f32): void {
  const s = f32x4.splat(scale), o = f32x4.splat(offset);
  for (const end = target + bytes; target < end; target += 16, source += 4) {
    const four = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(v128.load32_zero(source)));
    v128.store(target, multiplyAdd(f32x4.convert_i32x4_s(four), s, o));
  }
}

/** The same of 9 to 16 bits, which lie in two bytes. */
export function unpack16(source: usize, target: usize, bytes: usize, scale: f32, offset: f32): void {
  const s = f32x4.splat(scale), o = f32x4.splat(offset);
  for (const end = target + bytes; target < end; target += 16, source += 8) {
    const four = i32x4.extend_low_i16x8_u(v128.load64_zero(source));
    v128.store(target, multiplyAdd(f32x4.convert_i32x4_s(four), s, o));
  }
}

/** floor(value * scale + offset), within 0 and `top`. The offset has the half that rounds to the nearest. */
export function pack8(source: usize, target: usize, bytes: usize, scale: f32, offset: f32): void {
  const s = f32x4.splat(scale), o = f32x4.splat(offset);
  for (const end = source + bytes; source < end; source += 16, target += 4) {
    const four = i32x4.trunc_sat_f32x4_s(multiplyAdd(v128.load(source), s, o));
    const two = i16x8.narrow_i32x4_s(four, four);
    v128.store32_lane(target, i8x16.narrow_i16x8_u(two, two), 0);
  }
}

export function pack16(source: usize, target: usize, bytes: usize, scale: f32, offset: f32, top: i32): void {
  const s = f32x4.splat(scale), o = f32x4.splat(offset), most = i32x4.splat(top);
  for (const end = source + bytes; source < end; source += 16, target += 8) {
    const four = i32x4.min_s(i32x4.trunc_sat_f32x4_s(multiplyAdd(v128.load(source), s, o)), most);
    v128.store64_lane(target, i16x8.narrow_i32x4_u(four, four), 0);
  }
}

// What NaN is greater than is 0: a photo's pixels are stored so.
@inline
function toUnit(value: v128): v128 {
  return f32x4.pmin(f32x4.splat(1), f32x4.pmax(f32x4.splat(0), value));
}

/**
 * Y' in 0 to 1, Cb and Cr in -1/2 to 1/2, to three planes within 0 and 1: what lies outside is no colour.
 *
 * @param matrix of red from Cr, green from Cb, green from Cr and blue from Cb.
 */
export function toRgb(
  luma: usize, blueness: usize, redness: usize, matrix: usize, image: usize, plane: usize, bytes: usize,
): void {
  const rr = v128.load32_splat(matrix), gb = v128.load32_splat(matrix, 4);
  const gr = v128.load32_splat(matrix, 8), bb = v128.load32_splat(matrix, 12);
  for (let at: usize = 0; at < bytes; at += 16) {
    const y = v128.load(luma + at), b = v128.load(blueness + at), r = v128.load(redness + at);
    const target = image + at;
    v128.store(target, toUnit(multiplyAdd(rr, r, y)));
    v128.store(target + plane, toUnit(multiplyAdd(gr, r, multiplyAdd(gb, b, y))));
    v128.store(target + plane + plane, toUnit(multiplyAdd(bb, b, y)));
  }
}

/**
 * The way back, of what is cut to 0 to 1 first.
 *
 * @param matrix of luma the weights of red, green and blue, then what b - y' and r - y' are multiplied by.
 */
export function fromRgb(
  image: usize, plane: usize, bytes: usize, matrix: usize, luma: usize, blueness: usize, redness: usize,
): void {
  const wr = v128.load32_splat(matrix), wg = v128.load32_splat(matrix, 4), wb = v128.load32_splat(matrix, 8);
  const cb = v128.load32_splat(matrix, 12), cr = v128.load32_splat(matrix, 16);
  for (let at: usize = 0; at < bytes; at += 16) {
    const source = image + at;
    const r = toUnit(v128.load(source)), g = toUnit(v128.load(source + plane));
    const b = toUnit(v128.load(source + plane + plane));
    const y = multiplyAdd(wr, r, multiplyAdd(wg, g, f32x4.mul(wb, b)));
    v128.store(luma + at, y);
    v128.store(blueness + at, f32x4.mul(cb, f32x4.sub(b, y)));
    v128.store(redness + at, f32x4.mul(cr, f32x4.sub(r, y)));
  }
}
