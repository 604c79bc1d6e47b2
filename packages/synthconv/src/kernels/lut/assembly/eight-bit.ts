/**
 * Lookup for 8-bit pixels, four at a time, in float32 (AssemblyScript; README.md has the error bound).
 *
 * `inputs` holds a table for each channel of 256 entries {float32 fraction, uint32 byte offset}: where in its cell,
 * and in which cell, a code lies. Red's offsets include the start of the lattice.
 */
import { multiplyAdd } from "../../base/assembly/simd";
import { tetrahedral, trilinear } from "./interpolation";

// Bytes of a channel's table.
const INPUT_TABLE: usize = 2048;

// Adding 1.5 * 2^23 rounds a float32 below 2^22 to a whole number, which then stands in its last bits.
const ROUND: f32 = 12582912;
const ROUND_BITS: i32 = 0x4b400000;

/** The fractions of one channel of four pixels. */
@inline
function fractions(channels: usize, table: usize, p: usize): v128 {
  let f = v128.load32_zero(table + (<usize>load<u8>(p) << 3));
  f = v128.load32_lane(table + (<usize>load<u8>(p + channels) << 3), f, 1);
  f = v128.load32_lane(table + (<usize>load<u8>(p + 2 * channels) << 3), f, 2);
  return v128.load32_lane(table + (<usize>load<u8>(p + 3 * channels) << 3), f, 3);
}

/** The first corner of a pixel's cell; red's offsets include the start of the lattice. */
@inline
function firstCorner(inputs: usize, p: usize): usize {
  return (
    load<u32>(inputs + (<usize>load<u8>(p) << 3), 4) +
    load<u32>(inputs + (<usize>load<u8>(p, 1) << 3), INPUT_TABLE + 4) +
    load<u32>(inputs + (<usize>load<u8>(p, 2) << 3), 2 * INPUT_TABLE + 4)
  );
}

/** A colour of 0..1 as whole numbers from -128 to 127: narrowing then saturates at both ends of 8 bits. */
@inline
function toSignedBytes(colour: v128): v128 {
  return i32x4.sub(
    multiplyAdd(colour, f32x4.splat(255), f32x4.splat(ROUND - 128)), i32x4.splat(ROUND_BITS),
  );
}

@inline
function mapTetrahedral(
  inputs: usize, p: usize, order: i32, corners: usize, diagonal: usize, most: v128, middle: v128, least: v128,
): v128 {
  const pair = corners + (<usize>(order & 0x111) << 3);
  return toSignedBytes(tetrahedral(firstCorner(inputs, p), pair, diagonal, most, middle, least));
}

@inline
function mapTrilinear(inputs: usize, p: usize, stepGreen: usize, stepBlue: usize): v128 {
  const red = v128.load32_splat(inputs + (<usize>load<u8>(p) << 3));
  const green = v128.load32_splat(inputs + (<usize>load<u8>(p, 1) << 3), INPUT_TABLE);
  const blue = v128.load32_splat(inputs + (<usize>load<u8>(p, 2) << 3), 2 * INPUT_TABLE);
  return toSignedBytes(trilinear(firstCorner(inputs, p), stepGreen, stepBlue, red, green, blue));
}

/** Stores four pixels; for three channels also the 4 bytes after them. */
@inline
function storeBytes(channels: usize, source: usize, target: usize, c0: v128, c1: v128, c2: v128, c3: v128): void {
  const signed = i8x16.narrow_i16x8_s(i16x8.narrow_i32x4_s(c0, c1), i16x8.narrow_i32x4_s(c2, c3));
  const bytes = v128.xor(signed, i8x16.splat(-128));
  if (channels == 3) {
    v128.store(target, i8x16.shuffle(bytes, bytes, 0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 3, 7, 11, 15));
  } else {
    v128.store(target, v128.bitselect(bytes, v128.load(source), i32x4.splat(0xffffff)));
  }
}

@inline
function tetrahedralBytes(
  channels: usize, source: usize, target: usize, pixels: usize, inputs: usize, corners: usize, diagonal: usize,
): void {
  for (let end = source + pixels * channels; source < end; source += 4 * channels, target += 4 * channels) {
    const red = fractions(channels, inputs, source);
    const green = fractions(channels, inputs + INPUT_TABLE, source + 1);
    const blue = fractions(channels, inputs + 2 * INPUT_TABLE, source + 2);
    // Floats that are not negative compare like their bits, and integers compare faster.
    const order =
      i32x4.bitmask(i32x4.gt_s(red, green)) |
      (i32x4.bitmask(i32x4.gt_s(green, blue)) << 4) |
      (i32x4.bitmask(i32x4.gt_s(red, blue)) << 8);
    let a = i32x4.max_s(red, green), b = i32x4.min_s(red, green);
    const most = i32x4.max_s(a, blue);
    a = i32x4.min_s(a, blue);
    const middle = i32x4.max_s(a, b), least = i32x4.min_s(a, b);
    storeBytes(
      channels, source, target,
      mapTetrahedral(
        inputs, source, order, corners, diagonal, i32x4.shuffle(most, most, 0, 0, 0, 0),
        i32x4.shuffle(middle, middle, 0, 0, 0, 0), i32x4.shuffle(least, least, 0, 0, 0, 0),
      ),
      mapTetrahedral(
        inputs, source + channels, order >> 1, corners, diagonal, i32x4.shuffle(most, most, 1, 1, 1, 1),
        i32x4.shuffle(middle, middle, 1, 1, 1, 1), i32x4.shuffle(least, least, 1, 1, 1, 1),
      ),
      mapTetrahedral(
        inputs, source + 2 * channels, order >> 2, corners, diagonal, i32x4.shuffle(most, most, 2, 2, 2, 2),
        i32x4.shuffle(middle, middle, 2, 2, 2, 2), i32x4.shuffle(least, least, 2, 2, 2, 2),
      ),
      mapTetrahedral(
        inputs, source + 3 * channels, order >> 3, corners, diagonal, i32x4.shuffle(most, most, 3, 3, 3, 3),
        i32x4.shuffle(middle, middle, 3, 3, 3, 3), i32x4.shuffle(least, least, 3, 3, 3, 3),
      ),
    );
  }
}

@inline
function trilinearBytes(
  channels: usize, source: usize, target: usize, pixels: usize, inputs: usize, stepGreen: usize, stepBlue: usize,
): void {
  for (let end = source + pixels * channels; source < end; source += 4 * channels, target += 4 * channels) {
    storeBytes(
      channels, source, target,
      mapTrilinear(inputs, source, stepGreen, stepBlue),
      mapTrilinear(inputs, source + channels, stepGreen, stepBlue),
      mapTrilinear(inputs, source + 2 * channels, stepGreen, stepBlue),
      mapTrilinear(inputs, source + 3 * channels, stepGreen, stepBlue),
    );
  }
}

/**
 * Maps 8-bit pixels through a lattice whose numbers lie in 0..1; `corners` is 0 for trilinear. Works in groups
 * of four pixels: reads and writes up to 3 pixels and 4 bytes past the last. Alpha is copied.
 */
export function eightBit(
  channels: i32, source: usize, target: usize, pixels: usize, inputs: usize, corners: usize, stepGreen: usize,
  stepBlue: usize,
): void {
  const diagonal: usize = 12 + stepGreen + stepBlue;
  if (corners) {
    if (channels == 3) tetrahedralBytes(3, source, target, pixels, inputs, corners, diagonal);
    else tetrahedralBytes(4, source, target, pixels, inputs, corners, diagonal);
  } else {
    if (channels == 3) trilinearBytes(3, source, target, pixels, inputs, stepGreen, stepBlue);
    else trilinearBytes(4, source, target, pixels, inputs, stepGreen, stepBlue);
  }
}
