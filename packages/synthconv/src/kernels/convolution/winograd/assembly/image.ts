/**
 * Winograd's transforms of pixels (AssemblyScript): B^T d B of an image, A y A^T of the gradient of results. Both
 * write tables of products.ts.
 */

import { FREQUENCIES, groupIn, PANEL_ROW } from "./products";

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

/** Zeros for the second half of the last panel, where no group fills it. */
function fillLastPanel(to: usize, stride: usize, groups: i32, channels: i32): void {
  if (!(groups & 1)) return;
  for (let frequency = 0, half = groupIn(to, groups, channels); frequency < FREQUENCIES; frequency++, half += stride) {
    for (let i: usize = 0; i < <usize>channels; i++) v128.store(half + i * PANEL_ROW, f32x4.splat(0));
  }
}

/**
 * Transforms B^T d B of a block's tiles. Plane i, `planeBytes` from the one before, holds `planeRows` x `width` pixels; pixel (0, 0) of the first tile
 * is row `top` of it and lies `left` columns before its first; pixels outside are 0. `lines`: room for 5.
 * `panelChannels`: channels for which a panel has room.
 */
export function winogradImage(
  plane: usize, planeBytes: usize, planeRows: i32, width: i32, top: i32, left: i32, channels: i32, rows: i32, groups: i32,
  lines: usize, lineBytes: usize, to: usize, stride: usize, panelChannels: i32,
): void {
  memory.fill(lines, 0, 5 * lineBytes);
  fillLastPanel(to, stride, rows * groups, panelChannels);
  const zeros = lines + 4 * lineBytes, first = lines + (<usize>left << 2);
  const rowBytes = <usize>width << 2;
  for (let row = 0; row < rows; row++, top += 2) {
    for (let i = 0, from = plane; i < channels; i++, from += planeBytes) {
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

/** A row of a plane, or zeros where it is outside. */
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
  plane: usize, planeBytes: usize, planeRows: i32, width: i32, channels: i32, rows: i32, groups: i32,
  lines: usize, lineBytes: usize, to: usize, stride: usize, panelChannels: i32,
): void {
  memory.fill(lines, 0, 3 * lineBytes);
  fillLastPanel(to, stride, rows * groups, panelChannels);
  const zeros = lines + 2 * lineBytes, second = lines + lineBytes;
  const rowBytes = <usize>width << 2;
  for (let row = 0; row < rows; row++) {
    for (let i = 0, from = plane; i < channels; i++, from += planeBytes) {
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
