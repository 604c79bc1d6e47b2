/**
 * Lookup for whole numbers of 8 and 16 bits, one pixel at a time, in float64 (AssemblyScript). Red and green are one
 * vector, blue is the first lane of another.
 */
import { cellOf, cornerOf, position } from "./cell";

@inline
function multiplyAdd64(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f64x2.relaxed_madd(a, b, c);
  return f64x2.add(f64x2.mul(a, b), c);
}

/** Reds and greens (`half` 0) or blues of a lattice point. */
@inline
function corner(p: usize, half: i32): v128 {
  return f64x2.promote_low_f32x4(half == 0 ? v128.load64_zero(p) : v128.load32_zero(p, 8));
}

@inline
function tetrahedral(
  half: i32, start: usize, second: usize, third: usize, end: usize, most: v128, middle: v128, least: v128,
): v128 {
  const a = corner(start, half), b = corner(second, half), c = corner(third, half);
  let colour = multiplyAdd64(f64x2.sub(b, a), most, a);
  colour = multiplyAdd64(f64x2.sub(c, b), middle, colour);
  return multiplyAdd64(f64x2.sub(corner(end, half), c), least, colour);
}

@inline
function along(half: i32, p: usize, fraction: v128): v128 {
  const from = corner(p, half);
  return multiplyAdd64(f64x2.sub(corner(p + 12, half), from), fraction, from);
}

@inline
function trilinear(half: i32, p: usize, stepGreen: usize, stepBlue: usize, red: v128, green: v128, blue: v128): v128 {
  let near = along(half, p, red), far = along(half, p + stepBlue, red);
  near = multiplyAdd64(f64x2.sub(along(half, p + stepGreen, red), near), green, near);
  far = multiplyAdd64(f64x2.sub(along(half, p + stepGreen + stepBlue, red), far), green, far);
  return multiplyAdd64(f64x2.sub(far, near), blue, near);
}

/** Red and green (`half` 0), or blue and anything. Reads 4 bytes, or 2 of 8-bit pixels. */
@inline
function loadHalf(is16Bit: bool, p: usize, half: i32): v128 {
  if (is16Bit) {
    return f64x2.convert_low_i32x4_u(i32x4.extend_low_i16x8_u(v128.load32_zero(p + (half << 2))));
  }
  const bytes = i16x8.extend_low_i8x16_u(v128.load16_lane(p + (half << 1), i16x8.splat(0), 0));
  return f64x2.convert_low_i32x4_u(i32x4.extend_low_i16x8_u(bytes));
}

/** Two numbers of 0..1 as whole numbers of 0..most, rounded half up. */
@inline
function toCodes(colour: v128, most: i32): v128 {
  const scaled = f64x2.add(f64x2.mul(colour, f64x2.splat(<f64>most)), f64x2.splat(0.5));
  return i32x4.min_u(i32x4.trunc_sat_f64x2_u_zero(scaled), i32x4.splat(most));
}

/** Stores one pixel; for three channels also one value after it. Alpha comes from the source. */
@inline
function storePixel(
  is16Bit: bool, channels: usize, source: usize, target: usize, redGreen: v128, blue: v128,
): void {
  const most = is16Bit ? 65535 : 255;
  let colour = i32x4.shuffle(toCodes(redGreen, most), toCodes(blue, most), 0, 1, 4, 5);
  colour = i16x8.narrow_i32x4_u(colour, colour);
  if (is16Bit) {
    if (channels == 4) colour = v128.load16_lane(source, colour, 3, 6);
    v128.store64_lane(target, colour, 0);
  } else {
    colour = i8x16.narrow_i16x8_u(colour, colour);
    if (channels == 4) colour = v128.load8_lane(source, colour, 3, 3);
    v128.store32_lane(target, colour, 0);
  }
}

@inline
function pixelLoop(
  is16Bit: bool, channels: usize, source: usize, target: usize, pixels: usize, lattice: usize, axes: usize,
  corners: usize, stepGreen: usize, stepBlue: usize,
): void {
  const bytes = is16Bit ? 2 * channels : channels;
  for (let end = source + pixels * bytes; source < end; source += bytes, target += bytes) {
    let redGreen = position(loadHalf(is16Bit, source, 0), axes);
    let blue = position(loadHalf(is16Bit, source, 1), axes + 16);
    const cellRedGreen = cellOf(redGreen, axes), cellBlue = cellOf(blue, axes + 16);
    const start = lattice + cornerOf(cellRedGreen, cellBlue, axes);
    redGreen = f64x2.sub(redGreen, cellRedGreen);
    blue = f64x2.sub(blue, cellBlue);
    const r = i64x2.shuffle(redGreen, redGreen, 0, 0), g = i64x2.shuffle(redGreen, redGreen, 1, 1);
    const b = i64x2.shuffle(blue, blue, 0, 0);
    if (corners) {
      const order =
        (i64x2.bitmask(f64x2.gt(r, g)) & 1) |
        (i64x2.bitmask(f64x2.gt(g, b)) & 1) << 4 |
        (i64x2.bitmask(f64x2.gt(r, b)) & 1) << 8;
      let lower = f64x2.pmin(g, r), upper = f64x2.pmax(r, g);
      const most = f64x2.pmax(upper, b);
      upper = f64x2.pmin(b, upper);
      const middle = f64x2.pmax(lower, upper), least = f64x2.pmin(upper, lower);
      const pair = corners + (<usize>order << 3);
      const second = start + load<u32>(pair), third = start + load<u32>(pair, 4);
      const last = start + 12 + stepGreen + stepBlue;
      redGreen = tetrahedral(0, start, second, third, last, most, middle, least);
      blue = tetrahedral(1, start, second, third, last, most, middle, least);
    } else {
      redGreen = trilinear(0, start, stepGreen, stepBlue, r, g, b);
      blue = trilinear(1, start, stepGreen, stepBlue, r, g, b);
    }
    storePixel(is16Bit, channels, source, target, redGreen, blue);
  }
}

/** `corners` is 0 for trilinear. Reads and writes up to 2 bytes past the last pixel. */
export function exact(
  is16Bit: i32, channels: i32, source: usize, target: usize, pixels: usize, lattice: usize, axes: usize,
  corners: usize, stepGreen: usize, stepBlue: usize,
): void {
  if (is16Bit) pixelLoop(true, channels, source, target, pixels, lattice, axes, corners, stepGreen, stepBlue);
  else pixelLoop(false, channels, source, target, pixels, lattice, axes, corners, stepGreen, stepBlue);
}
