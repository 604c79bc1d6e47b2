/**
 * Lookup for every kind of pixel, one at a time, in float64 (AssemblyScript). Red and green are one vector, blue is
 * the first lane of a second. The comparisons are written so that a NaN comes through: it makes its pixel NaN.
 */

// Kinds of pixels (binding.ts holds the same).
const UINT8: i32 = 0;
const UINT16: i32 = 1;
const FLOAT32: i32 = 2;
const PLANAR_FLOAT32: i32 = 3;

// `axes` holds these, each as four float64 {red, green, blue, unused}: the domain in the pixels' own numbers, steps
// of the lattice in one of these, bytes of a step of the lattice, and the last step at which a cell begins.
const LOW: usize = 0;
const HIGH: usize = 32;
const SCALE: usize = 64;
const STRIDE: usize = 96;
const LAST_CELL: usize = 128;

// Adding 1.5 * 2^52 puts a whole number below 2^31 into the last bits of a float64.
const ROUND: f64 = 6755399441055744;

@inline
function multiplyAdd64(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f64x2.relaxed_madd(a, b, c);
  return f64x2.add(f64x2.mul(a, b), c);
}

/** Position in steps of the lattice, clamped to it. */
@inline
function position(x: v128, axes: usize): v128 {
  const clamped = f64x2.pmin(f64x2.pmax(x, v128.load(axes, LOW)), v128.load(axes, HIGH));
  return f64x2.mul(f64x2.sub(clamped, v128.load(axes, LOW)), v128.load(axes, SCALE));
}

/** The cell of a position; 0 for NaN. */
@inline
function cellOf(position: v128, axes: usize): v128 {
  return f64x2.pmin(f64x2.pmax(f64x2.splat(0), f64x2.floor(position)), v128.load(axes, LAST_CELL));
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

/** Red and green (`half` 0), or blue and anything, as they stand in the image. May read 16 bytes from `p`. */
@inline
function loadHalf(kind: i32, p: usize, plane: usize, half: i32): v128 {
  if (kind == PLANAR_FLOAT32) {
    if (half) return f64x2.promote_low_f32x4(v128.load32_zero(p + plane + plane));
    return f64x2.promote_low_f32x4(v128.load32_lane(p + plane, v128.load32_zero(p), 1));
  }
  if (kind == FLOAT32) return f64x2.promote_low_f32x4(v128.load64_zero(p + (half << 3)));
  if (kind == UINT16) {
    return f64x2.convert_low_i32x4_u(i32x4.extend_low_i16x8_u(v128.load32_zero(p + (half << 2))));
  }
  const bytes = i16x8.extend_low_i8x16_u(v128.load32_zero(p + (half << 1)));
  return f64x2.convert_low_i32x4_u(i32x4.extend_low_i16x8_u(bytes));
}

/** Two numbers of 0..1 as whole numbers of 0..most, rounded half up. */
@inline
function toCodes(colour: v128, most: i32): v128 {
  const scaled = f64x2.add(f64x2.mul(colour, f64x2.splat(<f64>most)), f64x2.splat(0.5));
  return i32x4.min_u(i32x4.trunc_sat_f64x2_u_zero(scaled), i32x4.splat(most));
}

/** Stores one pixel; for three channels also up to 4 bytes after it. Alpha comes from the source. */
@inline
function storePixel(
  kind: i32, channels: usize, source: usize, target: usize, plane: usize, redGreen: v128, blue: v128,
): void {
  if (kind == UINT8 || kind == UINT16) {
    const most: i32 = kind == UINT8 ? 255 : 65535;
    let colour = i32x4.shuffle(toCodes(redGreen, most), toCodes(blue, most), 0, 1, 4, 5);
    colour = i16x8.narrow_i32x4_u(colour, colour);
    if (kind == UINT16) {
      if (channels == 4) colour = v128.load16_lane(source, colour, 3, 6);
      v128.store64_lane(target, colour, 0);
    } else {
      colour = i8x16.narrow_i16x8_u(colour, colour);
      if (channels == 4) colour = v128.load8_lane(source, colour, 3, 3);
      v128.store32_lane(target, colour, 0);
    }
    return;
  }
  let colour = i32x4.shuffle(f32x4.demote_f64x2_zero(redGreen), f32x4.demote_f64x2_zero(blue), 0, 1, 4, 5);
  if (kind == PLANAR_FLOAT32) {
    v128.store32_lane(target, colour, 0);
    v128.store32_lane(target + plane, colour, 1);
    v128.store32_lane(target + plane + plane, colour, 2);
  } else {
    if (channels == 4) colour = v128.load32_lane(source, colour, 3, 12);
    v128.store(target, colour);
  }
}

@inline
function pixelLoop(
  kind: i32, channels: usize, source: usize, target: usize, plane: usize, pixels: usize, lattice: usize, axes: usize,
  corners: usize, stepGreen: usize, stepBlue: usize,
): void {
  const bytes = kind == PLANAR_FLOAT32 ? <usize>4 : channels << <usize>kind;
  for (let end = source + pixels * bytes; source < end; source += bytes, target += bytes) {
    let redGreen = position(loadHalf(kind, source, plane, 0), axes);
    let blue = position(loadHalf(kind, source, plane, 1), axes + 16);
    const cellRedGreen = cellOf(redGreen, axes), cellBlue = cellOf(blue, axes + 16);
    redGreen = f64x2.sub(redGreen, cellRedGreen);
    blue = f64x2.sub(blue, cellBlue);
    let offset = f64x2.mul(cellRedGreen, v128.load(axes, STRIDE));
    offset = f64x2.add(offset, i64x2.shuffle(offset, offset, 1, 0));
    offset = f64x2.add(offset, f64x2.mul(cellBlue, v128.load(axes, STRIDE + 16)));
    const start = lattice + <usize>i32x4.extract_lane(f64x2.add(offset, f64x2.splat(ROUND)), 0);
    const r = i64x2.shuffle(redGreen, redGreen, 0, 0), g = i64x2.shuffle(redGreen, redGreen, 1, 1);
    const b = i64x2.shuffle(blue, blue, 0, 0);
    if (corners) {
      const order =
        (i64x2.bitmask(f64x2.gt(r, g)) & 1) |
        (i64x2.bitmask(f64x2.gt(g, b)) & 1) << 4 |
        (i64x2.bitmask(f64x2.gt(r, b)) & 1) << 8;
      // Each pair of a maximum and a minimum is one comparison and the exchange it asks for: no NaN is lost.
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
    storePixel(kind, channels, source, target, plane, redGreen, blue);
  }
}

/**
 * Maps pixels of any kind; `corners` is 0 for trilinear. `plane` is the bytes from one plane to the next of planar
 * pixels. Reads up to 16 bytes and writes up to 4 past the last pixel.
 */
export function exact(
  kind: i32, channels: i32, source: usize, target: usize, plane: usize, pixels: usize, lattice: usize, axes: usize,
  corners: usize, stepGreen: usize, stepBlue: usize,
): void {
  if (kind == PLANAR_FLOAT32) pixelLoop(PLANAR_FLOAT32, 3, source, target, plane, pixels, lattice, axes, corners, stepGreen, stepBlue);
  else if (kind == FLOAT32) pixelLoop(FLOAT32, channels, source, target, plane, pixels, lattice, axes, corners, stepGreen, stepBlue);
  else if (kind == UINT16) pixelLoop(UINT16, channels, source, target, plane, pixels, lattice, axes, corners, stepGreen, stepBlue);
  else pixelLoop(UINT8, channels, source, target, plane, pixels, lattice, axes, corners, stepGreen, stepBlue);
}
