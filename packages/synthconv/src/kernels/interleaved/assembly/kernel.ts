/**
 * Interleaved pixels of image files to three planes of float32 and back (AssemblyScript; README.md explains it).
 *
 * Four pixels at a time. `channels` is 3 or 4, planes are `plane` bytes apart, and `pixels` is rounded up to a
 * multiple of 4: up to 16 bytes after the last pixel are read, and written where there is no alpha. Packing
 * writes over the pixels that were unpacked, so that alpha is there already.
 */

import { multiplyAdd } from "../../base/assembly/simd";

// Constants are put into vectors before a loop: not every engine takes them out of it.

// 1/255 and 1/65535 in two parts: an integer times the first, a power of two, is exact, so that the sum rounds
// once, with a fused multiply-add or without.
const HEAD_8: f32 = 1.0 / 256.0;
const REST_8: f32 = <f32>(<f64>1.0 / 255.0 - <f64>1.0 / 256.0);
const HEAD_16: f32 = 1.0 / 65536.0;
const REST_16: f32 = <f32>(<f64>1.0 / 65535.0 - <f64>1.0 / 65536.0);

@inline
function toUnit(integers: v128, head: v128, rest: v128): v128 {
  const values = f32x4.convert_i32x4_s(integers);
  return multiplyAdd(values, head, f32x4.mul(values, rest));
}

// Truncation takes NaN to 0; what lies outside the range is left to the saturation of the narrowing.
@inline
function toInteger(values: v128, top: v128, threshold: v128): v128 {
  return i32x4.trunc_sat_f32x4_s(multiplyAdd(values, top, threshold));
}

@inline
function unpack8Of(
  step: usize, red: v128, green: v128, blue: v128, source: usize, image: usize, plane: usize, end: usize,
): void {
  const head = f32x4.splat(HEAD_8), rest = f32x4.splat(REST_8);
  for (; image < end; image += 16, source += step) {
    const four = v128.load(source);
    v128.store(image, toUnit(i8x16.swizzle(four, red), head, rest));
    v128.store(image + plane, toUnit(i8x16.swizzle(four, green), head, rest));
    v128.store(image + plane + plane, toUnit(i8x16.swizzle(four, blue), head, rest));
  }
}

/** One byte of each pixel to the low byte of each lane; an index of -1 makes a zero. */
export function unpack8(channels: i32, source: usize, image: usize, plane: usize, pixels: i32): void {
  const end = image + (<usize>pixels << 2);
  if (channels == 3) {
    const red = i8x16(0, -1, -1, -1, 3, -1, -1, -1, 6, -1, -1, -1, 9, -1, -1, -1);
    const green = i8x16(1, -1, -1, -1, 4, -1, -1, -1, 7, -1, -1, -1, 10, -1, -1, -1);
    const blue = i8x16(2, -1, -1, -1, 5, -1, -1, -1, 8, -1, -1, -1, 11, -1, -1, -1);
    unpack8Of(12, red, green, blue, source, image, plane, end);
  } else {
    const red = i8x16(0, -1, -1, -1, 4, -1, -1, -1, 8, -1, -1, -1, 12, -1, -1, -1);
    const green = i8x16(1, -1, -1, -1, 5, -1, -1, -1, 9, -1, -1, -1, 13, -1, -1, -1);
    const blue = i8x16(2, -1, -1, -1, 6, -1, -1, -1, 10, -1, -1, -1, 14, -1, -1, -1);
    unpack8Of(16, red, green, blue, source, image, plane, end);
  }
}

@inline
function gather16(two: v128, nextTwo: v128, channel: v128): v128 {
  return v128.shuffle<u64>(i8x16.swizzle(two, channel), i8x16.swizzle(nextTwo, channel), 0, 2);
}

@inline
function unpack16Of(
  step: usize, red: v128, green: v128, blue: v128, source: usize, image: usize, plane: usize, end: usize,
): void {
  const head = f32x4.splat(HEAD_16), rest = f32x4.splat(REST_16);
  for (; image < end; image += 16, source += step + step) {
    const two = v128.load(source), nextTwo = v128.load(source + step);
    v128.store(image, toUnit(gather16(two, nextTwo, red), head, rest));
    v128.store(image + plane, toUnit(gather16(two, nextTwo, green), head, rest));
    v128.store(image + plane + plane, toUnit(gather16(two, nextTwo, blue), head, rest));
  }
}

/** As `unpack8`; a vector holds two pixels. */
export function unpack16(channels: i32, source: usize, image: usize, plane: usize, pixels: i32): void {
  const end = image + (<usize>pixels << 2);
  if (channels == 3) {
    const red = i8x16(0, 1, -1, -1, 6, 7, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
    const green = i8x16(2, 3, -1, -1, 8, 9, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
    const blue = i8x16(4, 5, -1, -1, 10, 11, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
    unpack16Of(12, red, green, blue, source, image, plane, end);
  } else {
    const red = i8x16(0, 1, -1, -1, 8, 9, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
    const green = i8x16(2, 3, -1, -1, 10, 11, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
    const blue = i8x16(4, 5, -1, -1, 12, 13, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1);
    unpack16Of(16, red, green, blue, source, image, plane, end);
  }
}

@inline
function gather32(source: usize, step: usize): v128 {
  let four = v128.load32_zero(source);
  four = v128.load32_lane(source + step, four, 1);
  four = v128.load32_lane(source + 2 * step, four, 2);
  return v128.load32_lane(source + 3 * step, four, 3);
}

@inline
function scatter32(target: usize, step: usize, four: v128): void {
  v128.store32_lane(target, four, 0);
  v128.store32_lane(target + step, four, 1);
  v128.store32_lane(target + 2 * step, four, 2);
  v128.store32_lane(target + 3 * step, four, 3);
}

export function unpackFloat(channels: i32, source: usize, image: usize, plane: usize, pixels: i32): void {
  const step = <usize>channels << 2;
  for (const end = image + (<usize>pixels << 2); image < end; image += 16, source += step << 2) {
    v128.store(image, gather32(source, step));
    v128.store(image + plane, gather32(source + 4, step));
    v128.store(image + plane + plane, gather32(source + 8, step));
  }
}

export function packFloat(channels: i32, output: usize, plane: usize, pixels: i32, target: usize): void {
  const step = <usize>channels << 2;
  for (const end = output + (<usize>pixels << 2); output < end; output += 16, target += step << 2) {
    scatter32(target, step, v128.load(output));
    scatter32(target + 4, step, v128.load(output + plane));
    scatter32(target + 8, step, v128.load(output + plane + plane));
  }
}

@inline
function pack8Of(
  alpha: bool, dithered: bool, output: usize, plane: usize, pixels: i32, target: usize, thresholds: usize,
): void {
  const top = f32x4.splat(255);
  const order = alpha
    ? i8x16(0, 4, 8, -1, 1, 5, 9, -1, 2, 6, 10, -1, 3, 7, 11, -1)
    : i8x16(0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11, -1, -1, -1, -1);
  const alphas = i32x4.splat(0xff000000);
  let threshold = f32x4.splat(0.5);
  for (const end = output + (<usize>pixels << 2); output < end; output += 16, thresholds += 16) {
    if (dithered) threshold = v128.load(thresholds);
    const red = toInteger(v128.load(output), top, threshold);
    const green = toInteger(v128.load(output + plane), top, threshold);
    const blue = toInteger(v128.load(output + plane + plane), top, threshold);
    // Bytes 0 to 3 are red, 4 to 7 green, 8 to 15 blue.
    const planar = i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_s(red, green), i16x8.narrow_i32x4_s(blue, blue));
    if (alpha) {
      v128.store(target, v128.bitselect(v128.load(target), i8x16.swizzle(planar, order), alphas));
      target += 16;
    } else {
      // The last four bytes are those of the next pixels, which are still to be written.
      v128.store(target, i8x16.swizzle(planar, order));
      target += 12;
    }
  }
}

/** floor(255 y + t), within 0 and 255: t is a half, or lies at `thresholds` where that is not 0. */
export function pack8(
  channels: i32, output: usize, plane: usize, pixels: i32, target: usize, thresholds: usize,
): void {
  if (channels == 3) {
    if (thresholds) pack8Of(false, true, output, plane, pixels, target, thresholds);
    else pack8Of(false, false, output, plane, pixels, target, 0);
  } else {
    if (thresholds) pack8Of(true, true, output, plane, pixels, target, thresholds);
    else pack8Of(true, false, output, plane, pixels, target, 0);
  }
}

@inline
function pack16Of(alpha: bool, output: usize, plane: usize, pixels: i32, target: usize): void {
  const top = f32x4.splat(65535), half = f32x4.splat(0.5);
  const alphas = i64x2.splat(0xffff000000000000);
  for (const end = output + (<usize>pixels << 2); output < end; output += 16) {
    const red = toInteger(v128.load(output), top, half);
    const green = toInteger(v128.load(output + plane), top, half);
    const blue = toInteger(v128.load(output + plane + plane), top, half);
    const redGreen = i16x8.narrow_i32x4_u(red, green), blues = i16x8.narrow_i32x4_u(blue, blue);
    if (alpha) {
      const two = v128.shuffle<u16>(redGreen, blues, 0, 4, 8, 8, 1, 5, 9, 9);
      const nextTwo = v128.shuffle<u16>(redGreen, blues, 2, 6, 10, 10, 3, 7, 11, 11);
      v128.store(target, v128.bitselect(v128.load(target), two, alphas));
      v128.store(target, v128.bitselect(v128.load(target, 16), nextTwo, alphas), 16);
      target += 32;
    } else {
      v128.store(target, v128.shuffle<u16>(redGreen, blues, 0, 4, 8, 1, 5, 9, 2, 6));
      v128.store64_lane(target, v128.shuffle<u16>(redGreen, blues, 10, 3, 7, 11, 10, 3, 7, 11), 0, 16);
      target += 24;
    }
  }
}

export function pack16(channels: i32, output: usize, plane: usize, pixels: i32, target: usize): void {
  if (channels == 3) pack16Of(false, output, plane, pixels, target);
  else pack16Of(true, output, plane, pixels, target);
}

/** output = image + share (output - image), on three planes. */
export function blend(image: usize, output: usize, plane: usize, pixels: i32, share: f32): void {
  const s = f32x4.splat(share);
  for (let channel = 0; channel < 3; channel++, image += plane, output += plane) {
    for (let offset: usize = 0, end = <usize>pixels << 2; offset < end; offset += 16) {
      const x = v128.load(image + offset);
      v128.store(output + offset, multiplyAdd(s, f32x4.sub(v128.load(output + offset), x), x));
    }
  }
}

/**
 * The thresholds of pixels that follow each other in rows of `width`, from a column and a row on. A row of the
 * matrix is repeated to 16 numbers, so that four of them can be read from any of its 8 columns.
 */
export function fillThresholds(
  matrix: usize, thresholds: usize, pixels: i32, column: i32, row: i32, width: i32,
): void {
  while (pixels > 0) {
    const run = min(width - column, pixels);
    const line = matrix + (<usize>(row & 7) << 6);
    for (let i = 0; i < run; i += 4) {
      v128.store(thresholds + (<usize>i << 2), v128.load(line + (<usize>((column + i) & 7) << 2)));
    }
    thresholds += <usize>run << 2;
    pixels -= run;
    column = 0;
    row++;
  }
}
