/**
 * Rows of films as they are coded, Y'CbCr, to planes of RGB in float32 and back (AssemblyScript; README.md explains it).
 *
 * A row is float32 and padded: filters read up to 3 numbers before it and up to 8 behind it. `bytes` is the row's length
 * rounded up to a multiple of 16, weights are 6 numbers for every filter. A letter stands for a vector of 4 entries.
 */

import { multiplyAdd } from "../../base/assembly/simd";

export * from "./chroma";

/** Four samples, each of one byte or of two. */
@inline
function samples(areTwoBytes: bool, source: usize): v128 {
  const four = areTwoBytes ? v128.load64_zero(source) : i16x8.extend_low_i8x16_u(v128.load32_zero(source));
  return f32x4.convert_i32x4_s(i32x4.extend_low_i16x8_u(four));
}

/** value * scale + offset of 8 bits. */
export function unpack8(source: usize, target: usize, bytes: usize, scale: f32, offset: f32): void {
  unpackBy(false, source, target, bytes, scale, offset);
}

/** The same of 9 to 16 bits, which lie in two bytes. */
export function unpack16(source: usize, target: usize, bytes: usize, scale: f32, offset: f32): void {
  unpackBy(true, source, target, bytes, scale, offset);
}

@inline
function unpackBy(areTwoBytes: bool, source: usize, target: usize, bytes: usize, scale: f32, offset: f32): void {
  const s = f32x4.splat(scale), o = f32x4.splat(offset);
  for (const end = target + bytes; target < end; target += 16, source += areTwoBytes ? 8 : 4) {
    v128.store(target, multiplyAdd(samples(areTwoBytes, source), s, o));
  }
}

/** floor(value * scale + offset), within 0 and `most`, of eight. The offset has the half that rounds to the nearest. */
@inline
function pack(areTwoBytes: bool, target: usize, a: v128, b: v128, s: v128, o: v128, most: v128): void {
  const low = i32x4.trunc_sat_f32x4_s(multiplyAdd(a, s, o)), high = i32x4.trunc_sat_f32x4_s(multiplyAdd(b, s, o));
  if (areTwoBytes) {
    v128.store(target, i16x8.narrow_i32x4_u(i32x4.min_s(low, most), i32x4.min_s(high, most)));
  } else {
    const eight = i16x8.narrow_i32x4_s(low, high);
    v128.store64_lane(target, i8x16.narrow_i16x8_u(eight, eight), 0);
  }
}

/** Eight at a time: up to seven behind the row are written, too. */
export function pack8(source: usize, target: usize, bytes: usize, scale: f32, offset: f32): void {
  packBy(false, source, target, bytes, scale, offset, 255);
}

export function pack16(source: usize, target: usize, bytes: usize, scale: f32, offset: f32, top: i32): void {
  packBy(true, source, target, bytes, scale, offset, top);
}

@inline
function packBy(
  areTwoBytes: bool, source: usize, target: usize, bytes: usize, scale: f32, offset: f32, top: i32,
): void {
  const s = f32x4.splat(scale), o = f32x4.splat(offset), most = i32x4.splat(top);
  for (const end = source + bytes; source < end; source += 32, target += areTwoBytes ? 16 : 8) {
    pack(areTwoBytes, target, v128.load(source), v128.load(source, 16), s, o, most);
  }
}

// What NaN is greater than is 0: a photo's pixels are stored so.
@inline
function toUnit(value: v128): v128 {
  return f32x4.pmin(f32x4.splat(1), f32x4.pmax(f32x4.splat(0), value));
}

/**
 * Luma as it is stored, brought to 0 to 1 by scale and offset, and Cb and Cr in -1/2 to 1/2, to three planes within 0 and 1:
 * what lies outside is no colour.
 *
 * @param matrix of red from Cr, green from Cb, green from Cr and blue from Cb.
 */
export function toRgb8(
  luma: usize, scale: f32, offset: f32, blueness: usize, redness: usize, matrix: usize, image: usize, plane: usize,
  bytes: usize,
): void {
  toRgbBy(false, luma, scale, offset, blueness, redness, matrix, image, plane, bytes);
}

export function toRgb16(
  luma: usize, scale: f32, offset: f32, blueness: usize, redness: usize, matrix: usize, image: usize, plane: usize,
  bytes: usize,
): void {
  toRgbBy(true, luma, scale, offset, blueness, redness, matrix, image, plane, bytes);
}

@inline
function toRgbBy(
  areTwoBytes: bool, luma: usize, scale: f32, offset: f32, blueness: usize, redness: usize, matrix: usize,
  image: usize, plane: usize, bytes: usize,
): void {
  const s = f32x4.splat(scale), o = f32x4.splat(offset);
  const rr = v128.load32_splat(matrix), gb = v128.load32_splat(matrix, 4);
  const gr = v128.load32_splat(matrix, 8), bb = v128.load32_splat(matrix, 12);
  for (let at: usize = 0; at < bytes; at += 16, luma += areTwoBytes ? 8 : 4) {
    const y = multiplyAdd(samples(areTwoBytes, luma), s, o);
    const b = v128.load(blueness + at), r = v128.load(redness + at);
    const target = image + at;
    v128.store(target, toUnit(multiplyAdd(rr, r, y)));
    v128.store(target + plane, toUnit(multiplyAdd(gr, r, multiplyAdd(gb, b, y))));
    v128.store(target + plane + plane, toUnit(multiplyAdd(bb, b, y)));
  }
}

/**
 * The way back, of what is cut to 0 to 1 first, eight at a time: luma as it is stored, and Cb and Cr.
 *
 * @param matrix of luma the weights of red, green and blue, then what b - y' and r - y' are multiplied by.
 * @param odd how far behind the colours of even places those of odd ones are to lie, so that filters read either in one
 *   piece; 0 leaves them as they come.
 */
export function fromRgb8(
  image: usize, plane: usize, bytes: usize, matrix: usize, luma: usize, scale: f32, offset: f32, top: i32,
  blueness: usize, redness: usize, odd: usize,
): void {
  if (odd) fromRgbBy(false, true, image, plane, bytes, matrix, luma, scale, offset, top, blueness, redness, odd);
  else fromRgbBy(false, false, image, plane, bytes, matrix, luma, scale, offset, top, blueness, redness, odd);
}

export function fromRgb16(
  image: usize, plane: usize, bytes: usize, matrix: usize, luma: usize, scale: f32, offset: f32, top: i32,
  blueness: usize, redness: usize, odd: usize,
): void {
  if (odd) fromRgbBy(true, true, image, plane, bytes, matrix, luma, scale, offset, top, blueness, redness, odd);
  else fromRgbBy(true, false, image, plane, bytes, matrix, luma, scale, offset, top, blueness, redness, odd);
}

@inline
function fromRgbBy(
  areTwoBytes: bool, areApart: bool, image: usize, plane: usize, bytes: usize, matrix: usize, luma: usize, scale: f32,
  offset: f32, top: i32, blueness: usize, redness: usize, odd: usize,
): void {
  const wr = v128.load32_splat(matrix), wg = v128.load32_splat(matrix, 4), wb = v128.load32_splat(matrix, 8);
  const cb = v128.load32_splat(matrix, 12), cr = v128.load32_splat(matrix, 16);
  const s = f32x4.splat(scale), o = f32x4.splat(offset), most = i32x4.splat(top);
  for (const end = image + bytes; image < end; image += 32, luma += areTwoBytes ? 16 : 8) {
    const second = image + plane, third = second + plane;
    const r0 = toUnit(v128.load(image)), r1 = toUnit(v128.load(image, 16));
    const g0 = toUnit(v128.load(second)), g1 = toUnit(v128.load(second, 16));
    const b0 = toUnit(v128.load(third)), b1 = toUnit(v128.load(third, 16));
    const y0 = multiplyAdd(wr, r0, multiplyAdd(wg, g0, f32x4.mul(wb, b0)));
    const y1 = multiplyAdd(wr, r1, multiplyAdd(wg, g1, f32x4.mul(wb, b1)));
    pack(areTwoBytes, luma, y0, y1, s, o, most);
    storeColours(areApart, blueness, f32x4.mul(cb, f32x4.sub(b0, y0)), f32x4.mul(cb, f32x4.sub(b1, y1)), odd);
    storeColours(areApart, redness, f32x4.mul(cr, f32x4.sub(r0, y0)), f32x4.mul(cr, f32x4.sub(r1, y1)), odd);
    blueness += areApart ? 16 : 32;
    redness += areApart ? 16 : 32;
  }
}

@inline
function storeColours(areApart: bool, target: usize, a: v128, b: v128, odd: usize): void {
  v128.store(target, areApart ? v128.shuffle<u32>(a, b, 0, 2, 4, 6) : a);
  if (areApart) v128.store(target + odd, v128.shuffle<u32>(a, b, 1, 3, 5, 7));
  else v128.store(target, b, 16);
}
