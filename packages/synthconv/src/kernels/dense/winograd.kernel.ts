/**
 * Winograd's convolution by 3x3 weights, F(2x2,3x3), and the gradient of the weights (AssemblyScript; README.md has
 * the formulas). A tile is 2x2 results and the 4x4 pixels under them; its 16 transformed numbers stand for 16
 * frequencies. Every array of transformed numbers has one table for each frequency, `stride` bytes apart:
 *
 *   image, result, gradient of the result   [panels of 8 tiles][channels][8 tiles]
 *   weights                                 [groups of 4 outputs][channels][4 outputs]
 *   gradient of the weights                 [outputs][channels][4 partial sums]
 *
 * A row of tiles is `groups` times 4 tiles long; groups follow each other from row to row, two in a panel.
 */

import { addInto, multiplyAdd } from "../simd.kernel";

const FREQUENCIES: i32 = 16;
const BLOCK: i32 = 128;
const PANEL_ROW: usize = 32;

/** One column of G g: g0, (g0 + g1 + g2) / 2, (g0 - g1 + g2) / 2, g2, for 4 outputs, `stride` bytes apart. */
@inline
function spreadTaps(g0: v128, g1: v128, g2: v128, to: usize, stride: usize): void {
  const half = f32x4.splat(0.5);
  const outer = f32x4.mul(half, f32x4.add(g0, g2)), inner = f32x4.mul(half, g1);
  v128.store(to, g0);
  v128.store(to + stride, f32x4.add(outer, inner));
  v128.store(to + 2 * stride, f32x4.sub(outer, inner));
  v128.store(to + 3 * stride, g2);
}

/** A tap of 4 outputs. */
@inline
function tapOfFour(p: usize, q: usize, r: usize, s: usize, tap: usize): v128 {
  let taps = v128.load32_zero(p + tap);
  taps = v128.load32_lane(q + tap, taps, 1);
  taps = v128.load32_lane(r + tap, taps, 2);
  return v128.load32_lane(s + tap, taps, 3);
}

/**
 * Transforms weights: output o, channel i and tap t lie at `from + o * outputStep + i * channelStep` plus 4 t, or
 * 4 (8 - t) where they are flipped. `scratch`: room for 12 vectors.
 */
export function winogradWeights(
  from: usize, outputStep: usize, channelStep: usize, flipped: bool, outputs: i32, channels: i32,
  scratch: usize, to: usize, stride: usize,
): void {
  for (let o = 0; o < outputs; o += 4) {
    const last = outputs - 1;
    let p = from + <usize>o * outputStep, q = from + <usize>min(o + 1, last) * outputStep;
    let r = from + <usize>min(o + 2, last) * outputStep, s = from + <usize>min(o + 3, last) * outputStep;
    for (let i = 0; i < channels; i++, to += 16) {
      for (let x: usize = 0; x < 3; x++) {
        const top = flipped ? 32 - (x << 2) : x << 2, down: usize = flipped ? -12 : 12;
        spreadTaps(
          tapOfFour(p, q, r, s, top), tapOfFour(p, q, r, s, top + down), tapOfFour(p, q, r, s, top + 2 * down),
          scratch + (x << 4), 48,
        );
      }
      let line = scratch, row = to;
      for (let y = 0; y < 4; y++, line += 48, row += 4 * stride) {
        spreadTaps(v128.load(line), v128.load(line, 16), v128.load(line, 32), row, stride);
      }
      p += channelStep; q += channelStep; r += channelStep; s += channelStep;
    }
  }
}

/** B^T along y, for a row of tiles: d0 - d2, d1 + d2, d2 - d1, d1 - d3, to four lines. */
@inline
function mixImageRows(p0: usize, p1: usize, p2: usize, p3: usize, width: i32, line: usize, lineBytes: usize): void {
  let x = 0;
  for (; x + 4 <= width; x += 4, p0 += 16, p1 += 16, p2 += 16, p3 += 16, line += 16) {
    const d0 = v128.load(p0), d1 = v128.load(p1), d2 = v128.load(p2), d3 = v128.load(p3);
    v128.store(line, f32x4.sub(d0, d2));
    v128.store(line + lineBytes, f32x4.add(d1, d2));
    v128.store(line + 2 * lineBytes, f32x4.sub(d2, d1));
    v128.store(line + 3 * lineBytes, f32x4.sub(d1, d3));
  }
  for (; x < width; x++, p0 += 4, p1 += 4, p2 += 4, p3 += 4, line += 4) {
    const d0 = load<f32>(p0), d1 = load<f32>(p1), d2 = load<f32>(p2), d3 = load<f32>(p3);
    store<f32>(line, d0 - d2);
    store<f32>(line + lineBytes, d1 + d2);
    store<f32>(line + 2 * lineBytes, d2 - d1);
    store<f32>(line + 3 * lineBytes, d1 - d3);
  }
}

/** The same along x, for 4 tiles: columns 0 to 9 of a line. */
@inline
function mixImageColumns(line: usize, to: usize, stride: usize): void {
  const a = v128.load(line), b = v128.load(line, 16), c = v128.load(line, 8), d = v128.load(line, 24);
  const d0 = i32x4.shuffle(a, b, 0, 2, 4, 6), d1 = i32x4.shuffle(a, b, 1, 3, 5, 7);
  const d2 = i32x4.shuffle(c, d, 0, 2, 4, 6), d3 = i32x4.shuffle(c, d, 1, 3, 5, 7);
  v128.store(to, f32x4.sub(d0, d2));
  v128.store(to + stride, f32x4.add(d1, d2));
  v128.store(to + 2 * stride, f32x4.sub(d2, d1));
  v128.store(to + 3 * stride, f32x4.sub(d1, d3));
}

/** Where the transformed numbers of a group of 4 tiles start, in the table of the first frequency. */
@inline
function groupIn(table: usize, group: i32, channels: i32): usize {
  return table + (<usize>(group >> 1) * <usize>channels) * PANEL_ROW + (<usize>(group & 1) << 4);
}

/** Zeros for the second half of the last panel, where no group fills it. */
function fillLastPanel(to: usize, stride: usize, groups: i32, channels: i32): void {
  if (!(groups & 1)) return;
  for (let frequency = 0, half = groupIn(to, groups, channels); frequency < FREQUENCIES; frequency++, half += stride) {
    for (let i: usize = 0; i < <usize>channels; i++) v128.store(half + i * PANEL_ROW, f32x4.splat(0));
  }
}

/**
 * Transforms B^T d B of a block's tiles. Plane i holds `planeRows` x `width` pixels; pixel (0, 0) of the first tile
 * is row `top` of it and lies `left` columns before its first; pixels outside are 0. `lines`: room for 5.
 * `panelChannels`: channels for which a panel has room.
 */
export function winogradImage(
  plane: usize, planeRows: i32, width: i32, top: i32, left: i32, channels: i32, rows: i32, groups: i32,
  lines: usize, lineBytes: usize, to: usize, stride: usize, panelChannels: i32,
): void {
  memory.fill(lines, 0, 5 * lineBytes);
  fillLastPanel(to, stride, rows * groups, panelChannels);
  const zeros = lines + 4 * lineBytes, first = lines + (<usize>left << 2);
  const rowBytes = <usize>width << 2;
  for (let row = 0; row < rows; row++, top += 2) {
    for (let i = 0, from = plane; i < channels; i++, from += rowBytes * planeRows) {
      mixImageRows(
        rowOr(zeros, from, top, planeRows, rowBytes), rowOr(zeros, from, top + 1, planeRows, rowBytes),
        rowOr(zeros, from, top + 2, planeRows, rowBytes), rowOr(zeros, from, top + 3, planeRows, rowBytes),
        width, first, lineBytes,
      );
      for (let group = 0, line = lines; group < groups; group++, line += 32) {
        const at = groupIn(to, row * groups + group, panelChannels) + <usize>i * PANEL_ROW;
        mixImageColumns(line, at, stride);
        mixImageColumns(line + lineBytes, at + 4 * stride, stride);
        mixImageColumns(line + 2 * lineBytes, at + 8 * stride, stride);
        mixImageColumns(line + 3 * lineBytes, at + 12 * stride, stride);
      }
    }
  }
}

@inline
function rowOr(zeros: usize, plane: usize, row: i32, rows: i32, rowBytes: usize): usize {
  return <u32>row < <u32>rows ? plane + <usize>row * rowBytes : zeros;
}

/** A along x, for 4 tiles: y0, y0 + y1, y0 - y1, -y1 of 8 columns. */
@inline
function spreadColumns(even: v128, odd: v128, to: usize, stride: usize): void {
  v128.store(to, even);
  v128.store(to + stride, f32x4.add(even, odd));
  v128.store(to + 2 * stride, f32x4.sub(even, odd));
  v128.store(to + 3 * stride, f32x4.neg(odd));
}

/**
 * Transforms A y A^T of the gradient of a block's results, `planeRows` x `width` numbers of each channel from the
 * first tile on. `lines`: room for 3.
 */
export function winogradUpstream(
  plane: usize, planeRows: i32, width: i32, channels: i32, rows: i32, groups: i32,
  lines: usize, lineBytes: usize, to: usize, stride: usize, panelChannels: i32,
): void {
  memory.fill(lines, 0, 3 * lineBytes);
  fillLastPanel(to, stride, rows * groups, panelChannels);
  const zeros = lines + 2 * lineBytes, second = lines + lineBytes;
  const rowBytes = <usize>width << 2;
  for (let row = 0; row < rows; row++) {
    for (let i = 0, from = plane; i < channels; i++, from += rowBytes * planeRows) {
      memory.copy(lines, rowOr(zeros, from, 2 * row, planeRows, rowBytes), rowBytes);
      memory.copy(second, rowOr(zeros, from, 2 * row + 1, planeRows, rowBytes), rowBytes);
      for (let group = 0, p = lines, q = second; group < groups; group++, p += 32, q += 32) {
        const at = groupIn(to, row * groups + group, panelChannels) + <usize>i * PANEL_ROW;
        const p0 = v128.load(p), p1 = v128.load(p, 16), q0 = v128.load(q), q1 = v128.load(q, 16);
        const pe = i32x4.shuffle(p0, p1, 0, 2, 4, 6), po = i32x4.shuffle(p0, p1, 1, 3, 5, 7);
        const qe = i32x4.shuffle(q0, q1, 0, 2, 4, 6), qo = i32x4.shuffle(q0, q1, 1, 3, 5, 7);
        spreadColumns(pe, po, at, stride);
        spreadColumns(f32x4.add(pe, qe), f32x4.add(po, qo), at + 4 * stride, stride);
        spreadColumns(f32x4.sub(pe, qe), f32x4.sub(po, qo), at + 8 * stride, stride);
        spreadColumns(f32x4.neg(qe), f32x4.neg(qo), at + 12 * stride, stride);
      }
    }
  }
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

/** 4 tiles of one row of results, columns 2 x to 2 x + 7; beyond `width` they go nowhere. */
@inline
function storeColumns(even: v128, odd: v128, to: usize, left: i32, scratch: usize): void {
  const low = i32x4.shuffle(even, odd, 0, 4, 1, 5), high = i32x4.shuffle(even, odd, 2, 6, 3, 7);
  if (left >= 8) {
    v128.store(to, low); v128.store(to, high, 16);
    return;
  }
  v128.store(scratch, low); v128.store(scratch, high, 16);
  memory.copy(to, scratch, <usize>left << 2);
}

/** Bits that are 0 where every number is finite. */
@inline
function notFinite(sum: v128): v128 {
  return f32x4.sub(sum, sum);
}

/**
 * Transforms A^T m A of a block's products, plus the bias of each channel, to planes of `height` x `width` results.
 *
 * @returns whether all results are finite.
 */
export function winogradResult(
  result: usize, stride: usize, panelChannels: i32, channels: i32, rows: i32, groups: i32,
  bias: usize, scratch: usize, plane: usize, height: i32, width: i32,
): bool {
  let unfit = f32x4.splat(0);
  const rowBytes = <usize>width << 2;
  for (let row = 0; row < rows; row++) {
    const hasBoth = 2 * row + 1 < height;
    for (let o = 0; o < channels; o++) {
      const start = v128.load32_splat(bias + (<usize>o << 2));
      let to = plane + (<usize>o * <usize>height + <usize>(2 * row)) * rowBytes;
      for (let group = 0, left = width; group < groups; group++, left -= 8, to += 32) {
        let from = groupIn(result, row * groups + group, panelChannels) + <usize>o * PANEL_ROW;
        let m0 = v128.load(from), m1 = v128.load(from + 4 * stride);
        let m2 = v128.load(from + 8 * stride), m3 = v128.load(from + 12 * stride);
        const a0 = f32x4.add(m0, f32x4.add(m1, m2)), b0 = f32x4.sub(f32x4.sub(m1, m2), m3);
        from += stride;
        m0 = v128.load(from); m1 = v128.load(from + 4 * stride);
        m2 = v128.load(from + 8 * stride); m3 = v128.load(from + 12 * stride);
        const a1 = f32x4.add(m0, f32x4.add(m1, m2)), b1 = f32x4.sub(f32x4.sub(m1, m2), m3);
        from += stride;
        m0 = v128.load(from); m1 = v128.load(from + 4 * stride);
        m2 = v128.load(from + 8 * stride); m3 = v128.load(from + 12 * stride);
        const a2 = f32x4.add(m0, f32x4.add(m1, m2)), b2 = f32x4.sub(f32x4.sub(m1, m2), m3);
        from += stride;
        m0 = v128.load(from); m1 = v128.load(from + 4 * stride);
        m2 = v128.load(from + 8 * stride); m3 = v128.load(from + 12 * stride);
        const a3 = f32x4.add(m0, f32x4.add(m1, m2)), b3 = f32x4.sub(f32x4.sub(m1, m2), m3);
        const evenTop = f32x4.add(start, f32x4.add(a0, f32x4.add(a1, a2)));
        const oddTop = f32x4.add(start, f32x4.sub(f32x4.sub(a1, a2), a3));
        storeColumns(evenTop, oddTop, to, left, scratch);
        unfit = v128.or(unfit, v128.or(notFinite(evenTop), notFinite(oddTop)));
        if (!hasBoth) continue;
        const evenLow = f32x4.add(start, f32x4.add(b0, f32x4.add(b1, b2)));
        const oddLow = f32x4.add(start, f32x4.sub(f32x4.sub(b1, b2), b3));
        storeColumns(evenLow, oddLow, to + rowBytes, left, scratch);
        unfit = v128.or(unfit, v128.or(notFinite(evenLow), notFinite(oddLow)));
      }
    }
  }
  return !v128.any_true(unfit);
}

/** For each frequency, adds gradient of results times image, summed over tiles, to 4 partial sums of each weight. */
export function winogradWeightProducts(
  upstream: usize, upstreamStride: usize, outputs: i32, image: usize, stride: usize, channels: i32, panels: i32,
  sums: usize, sumStride: usize,
): void {
  const outputStep = <usize>outputs * PANEL_ROW, channelStep = <usize>channels * PANEL_ROW;
  const next = <usize>channels << 4;
  for (let frequency = 0; frequency < FREQUENCIES; frequency++) {
    for (let o = 0; o < outputs; o += 4) {
      for (let i = 0; i < channels; i += 2) {
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
        let c = sums + ((<usize>o * <usize>channels + <usize>i) << 4);
        addInto(c, p0); addInto(c + 16, p1);
        c += next;
        addInto(c, q0); addInto(c + 16, q1);
        c += next;
        addInto(c, r0); addInto(c + 16, r1);
        c += next;
        addInto(c, s0); addInto(c + 16, s1);
      }
    }
    upstream += upstreamStride;
    image += stride;
    sums += sumStride;
  }
}

@inline
function addLanes(sum: v128): f32 {
  return f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1)
    + (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3));
}

/** G^T s G of one weight's sums; its 9 taps follow each other. */
@inline
function gatherTaps(from: usize, stride: usize, to: usize, scratch: usize): void {
  const half = f32x4.splat(0.5);
  for (let x = 0, column = scratch; x < 4; x++, from += stride, column += 16) {
    const s1 = v128.load(from + 4 * stride), s2 = v128.load(from + 8 * stride);
    const even = f32x4.mul(half, f32x4.add(s1, s2));
    v128.store(column, f32x4.add(v128.load(from), even));
    v128.store(column, f32x4.mul(half, f32x4.sub(s1, s2)), 64);
    v128.store(column, f32x4.add(even, v128.load(from + 12 * stride)), 128);
  }
  for (let y = 0, line = scratch; y < 3; y++, line += 64, to += 12) {
    const s1 = v128.load(line, 16), s2 = v128.load(line, 32);
    const even = f32x4.mul(half, f32x4.add(s1, s2));
    store<f32>(to, addLanes(f32x4.add(v128.load(line), even)));
    store<f32>(to, addLanes(f32x4.mul(half, f32x4.sub(s1, s2))), 4);
    store<f32>(to, addLanes(f32x4.add(even, v128.load(line, 48))), 8);
  }
}

/** The gradient [outputs, channels, 3, 3] of the weights from its sums. `scratch`: room for 12 vectors. */
export function winogradWeightResult(
  sums: usize, stride: usize, panelChannels: i32, outputs: i32, channels: i32, scratch: usize, to: usize,
): void {
  for (let o = 0; o < outputs; o++) {
    let from = sums + ((<usize>o * <usize>panelChannels) << 4);
    for (let i = 0; i < channels; i++, from += 16, to += 36) gatherTaps(from, stride, to, scratch);
  }
}
