/**
 * Products of numbers that Winograd's convolution by 3x3 weights, F(2x2,3x3), transformed (AssemblyScript; README.md
 * has the formulas). A tile is 2x2 results and the 4x4 pixels under them; its 16 transformed numbers stand for 16
 * frequencies. Every array of transformed numbers has one table for each frequency, `stride` bytes apart:
 *
 *   image, result, gradient of the result   [panels of 8 tiles][channels][8 tiles]
 *   weights                                 [groups of 4 outputs][channels][4 outputs]
 *   sums for the gradient of the weights    [channels][outputs]
 *
 * A row of tiles is `groups` times 4 tiles long; groups follow each other from row to row, two in a panel.
 */

import { addInto, multiplyAdd } from "../../../base/assembly/simd";

export const FREQUENCIES: i32 = 16;
export const PANEL_ROW: usize = 32;
// Channels of a sum in registers: README.md, constants.
const BLOCK: i32 = 32;

/** Where the transformed numbers of a group of 4 tiles start, in the table of the first frequency. */
@inline
export function groupIn(table: usize, group: i32, channels: i32): usize {
  return table + (<usize>(group >> 1) * <usize>channels) * PANEL_ROW + (<usize>(group & 1) << 4);
}

/** 4 outputs x 8 tiles over `length` channels; the sums stay in registers. */
@inline
function multiplyTile(a: usize, b: usize, length: i32, c: usize, isFirst: bool): void {
  let p0 = f32x4.splat(0), p1 = p0, q0 = p0, q1 = p0, r0 = p0, r1 = p0, s0 = p0, s1 = p0;
  const end = b + <usize>length * PANEL_ROW;
  do {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
    let w = v128.load32_splat(a); p0 = multiplyAdd(w, b0, p0); p1 = multiplyAdd(w, b1, p1);
    w = v128.load32_splat(a, 4); q0 = multiplyAdd(w, b0, q0); q1 = multiplyAdd(w, b1, q1);
    w = v128.load32_splat(a, 8); r0 = multiplyAdd(w, b0, r0); r1 = multiplyAdd(w, b1, r1);
    w = v128.load32_splat(a, 12); s0 = multiplyAdd(w, b0, s0); s1 = multiplyAdd(w, b1, s1);
    a += 16;
    b += PANEL_ROW;
  } while (b < end);
  if (isFirst) {
    v128.store(c, p0); v128.store(c, p1, 16); v128.store(c, q0, 32); v128.store(c, q1, 48);
    v128.store(c, r0, 64); v128.store(c, r1, 80); v128.store(c, s0, 96); v128.store(c, s1, 112);
  } else {
    addInto(c, p0); addInto(c + 16, p1); addInto(c + 32, q0); addInto(c + 48, q1);
    addInto(c + 64, r0); addInto(c + 80, r1); addInto(c + 96, s0); addInto(c + 112, s1);
  }
}

/** For each frequency, results = weights times image. `outputs`: a multiple of 4. */
export function winogradProducts(
  weights: usize, weightStride: usize, image: usize, stride: usize, panelChannels: i32, channels: i32,
  outputs: i32, panels: i32, result: usize, resultStride: usize,
): void {
  for (let frequency = 0; frequency < FREQUENCIES; frequency++) {
    let b = image, c = result;
    for (let panel = 0; panel < panels; panel++, b += <usize>panelChannels * PANEL_ROW) {
      for (let o = 0, a = weights; o < outputs; o += 4, a += <usize>channels << 4, c += 4 * PANEL_ROW) {
        for (let k = 0; k < channels; k += BLOCK) {
          multiplyTile(a + (<usize>k << 4), b + <usize>k * PANEL_ROW, min(BLOCK, channels - k), c, k == 0);
        }
      }
    }
    weights += weightStride;
    image += stride;
    result += resultStride;
  }
}

/** The sums of four vectors, as one. */
@inline
function sumsOfFour(p: v128, q: v128, r: v128, s: v128): v128 {
  const pq = f32x4.add(i32x4.shuffle(p, q, 0, 4, 1, 5), i32x4.shuffle(p, q, 2, 6, 3, 7));
  const rs = f32x4.add(i32x4.shuffle(r, s, 0, 4, 1, 5), i32x4.shuffle(r, s, 2, 6, 3, 7));
  return f32x4.add(i64x2.shuffle(pq, rs, 0, 2), i64x2.shuffle(pq, rs, 1, 3));
}

/**
 * For each frequency, adds gradient of results times image, summed over tiles, to the sums of weights. `outputs`: a
 * multiple of 4, `channels`: of 2.
 */
export function winogradWeightProducts(
  upstream: usize, upstreamStride: usize, outputs: i32, image: usize, stride: usize, channels: i32, panels: i32,
  sums: usize, sumStride: usize,
): void {
  const outputStep = <usize>outputs * PANEL_ROW, channelStep = <usize>channels * PANEL_ROW;
  const line = <usize>outputs << 2;
  for (let frequency = 0; frequency < FREQUENCIES; frequency++) {
    for (let o = 0; o < outputs; o += 4) {
      let c = sums + (<usize>o << 2);
      for (let i = 0; i < channels; i += 2, c += 2 * line) {
        let a = upstream + <usize>o * PANEL_ROW, b = image + <usize>i * PANEL_ROW;
        let p0 = f32x4.splat(0), p1 = p0, q0 = p0, q1 = p0, r0 = p0, r1 = p0, s0 = p0, s1 = p0;
        for (let panel = 0; panel < panels; panel++, a += outputStep, b += channelStep) {
          let b0 = v128.load(b), b1 = v128.load(b, 32);
          let y = v128.load(a); p0 = multiplyAdd(y, b0, p0); p1 = multiplyAdd(y, b1, p1);
          y = v128.load(a, 32); q0 = multiplyAdd(y, b0, q0); q1 = multiplyAdd(y, b1, q1);
          y = v128.load(a, 64); r0 = multiplyAdd(y, b0, r0); r1 = multiplyAdd(y, b1, r1);
          y = v128.load(a, 96); s0 = multiplyAdd(y, b0, s0); s1 = multiplyAdd(y, b1, s1);
          b0 = v128.load(b, 16); b1 = v128.load(b, 48);
          y = v128.load(a, 16); p0 = multiplyAdd(y, b0, p0); p1 = multiplyAdd(y, b1, p1);
          y = v128.load(a, 48); q0 = multiplyAdd(y, b0, q0); q1 = multiplyAdd(y, b1, q1);
          y = v128.load(a, 80); r0 = multiplyAdd(y, b0, r0); r1 = multiplyAdd(y, b1, r1);
          y = v128.load(a, 112); s0 = multiplyAdd(y, b0, s0); s1 = multiplyAdd(y, b1, s1);
        }
        addInto(c, sumsOfFour(p0, q0, r0, s0));
        addInto(c + line, sumsOfFour(p1, q1, r1, s1));
      }
    }
    upstream += upstreamStride;
    image += stride;
    sums += sumStride;
  }
}
