/** Lookup for float32 pixels, one at a time: cells in float64, colours in float32 (AssemblyScript). */
import { cellOf, cornerOf, position } from "./cell";
import { tetrahedral, trilinear } from "./interpolation";

@inline
function tetrahedralOfAnyOrder(
  start: usize, corners: usize, diagonal: usize, red: v128, green: v128, blue: v128,
): v128 {
  const order =
    (i32x4.bitmask(f32x4.gt(red, green)) & 1) |
    (i32x4.bitmask(f32x4.gt(green, blue)) & 1) << 4 |
    (i32x4.bitmask(f32x4.gt(red, blue)) & 1) << 8;
  // Each pair of a maximum and a minimum is one comparison and the exchange it asks for: no NaN is lost.
  let lower = f32x4.pmin(green, red), upper = f32x4.pmax(red, green);
  const most = f32x4.pmax(upper, blue);
  upper = f32x4.pmin(blue, upper);
  const middle = f32x4.pmax(lower, upper), least = f32x4.pmin(upper, lower);
  return tetrahedral(start, corners + (<usize>order << 3), diagonal, most, middle, least);
}

@inline
function pixelLoop(
  planar: bool, channels: usize, source: usize, target: usize, plane: usize, pixels: usize, lattice: usize,
  axes: usize, corners: usize, stepGreen: usize, stepBlue: usize,
): void {
  const bytes: usize = planar ? 4 : channels << 2;
  const diagonal = 12 + stepGreen + stepBlue;
  for (let end = source + pixels * bytes; source < end; source += bytes, target += bytes) {
    let redGreen: v128, blue: v128;
    if (planar) {
      redGreen = v128.load32_lane(source + plane, v128.load32_zero(source), 1);
      blue = v128.load32_zero(source + 2 * plane);
    } else {
      redGreen = v128.load64_zero(source);
      blue = v128.load32_zero(source, 8);
    }
    redGreen = position(f64x2.promote_low_f32x4(redGreen), axes);
    blue = position(f64x2.promote_low_f32x4(blue), axes + 16);
    const cellRedGreen = cellOf(redGreen, axes), cellBlue = cellOf(blue, axes + 16);
    const start = lattice + cornerOf(cellRedGreen, cellBlue, axes);
    const rg = f32x4.demote_f64x2_zero(f64x2.sub(redGreen, cellRedGreen));
    const b = f32x4.demote_f64x2_zero(f64x2.sub(blue, cellBlue));
    const fractionRed = i32x4.shuffle(rg, rg, 0, 0, 0, 0), fractionGreen = i32x4.shuffle(rg, rg, 1, 1, 1, 1);
    const fractionBlue = i32x4.shuffle(b, b, 0, 0, 0, 0);
    let colour = corners
      ? tetrahedralOfAnyOrder(start, corners, diagonal, fractionRed, fractionGreen, fractionBlue)
      : trilinear(start, stepGreen, stepBlue, fractionRed, fractionGreen, fractionBlue);
    if (planar) {
      v128.store32_lane(target, colour, 0);
      v128.store32_lane(target + plane, colour, 1);
      v128.store32_lane(target + 2 * plane, colour, 2);
    } else {
      if (channels == 4) colour = v128.load32_lane(source, colour, 3, 12);
      v128.store(target, colour);
    }
  }
}

/**
 * `plane` is the bytes from one plane to the next, 0 for interleaved pixels; `corners` is 0 for trilinear. Writes up
 * to 4 bytes past the last pixel. Alpha of interleaved pixels is copied.
 */
export function float(
  channels: i32, source: usize, target: usize, plane: usize, pixels: usize, lattice: usize, axes: usize,
  corners: usize, stepGreen: usize, stepBlue: usize,
): void {
  if (plane) pixelLoop(true, 3, source, target, plane, pixels, lattice, axes, corners, stepGreen, stepBlue);
  else pixelLoop(false, channels, source, target, 0, pixels, lattice, axes, corners, stepGreen, stepBlue);
}
