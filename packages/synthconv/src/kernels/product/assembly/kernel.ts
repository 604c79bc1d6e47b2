/**
 * One blocked product of float32 matrices, added to C (AssemblyScript; README.md derives the blocking):
 *
 *   C[row, column] += sum over k of A[row, k] B[k, column]
 *
 * A is read where it lies: row r starts at `a + aOffsets[r]`, its neighbours along k are `aStep` bytes apart.
 * B is packed into panels of 8 columns for every `BLOCK` of k: from rows, where row k starts at `b + bOffsets[k]`
 * and its columns are neighbours, or transposed from columns, where column n starts at `b + bOffsets[n]` and its
 * neighbours along k are neighbours. Offsets are bytes, one int32 each. The tables of rows and of columns are
 * filled up to a multiple of 4 and of 8 with any offset that may be read; C has room for the same multiples.
 */

import { addInto, multiplyAdd } from "../../base/assembly/simd";

export { multiplySmall, turnSmall } from "./small";
export { finishSums, foldSums } from "./sums";

const BLOCK: i32 = 128;
const PANEL_ROW: usize = 32;
const PANEL: usize = <usize>BLOCK * PANEL_ROW;
const PANELS: i32 = 4;
/** Room for the panels, and for 4 x 8 sums of parts of them. */
export const PANEL_NUMBERS: i32 = PANELS * BLOCK * 8 + 4 * 8;
// README.md, constants.
const SHORT: i32 = 32;

/** Panel of 8 columns from rows of B. */
function packRows(b: usize, offsets: usize, length: i32, panel: usize): void {
  for (const end = offsets + (<usize>length << 2); offsets < end; offsets += 4) {
    const row = b + load<u32>(offsets);
    v128.store(panel, v128.load(row)); v128.store(panel, v128.load(row, 16), 16);
    panel += PANEL_ROW;
  }
}

/** 4 columns of a panel from 4 columns of B that each lie along k. */
function packFourColumns(b: usize, offsets: usize, length: i32, panel: usize): void {
  let p = b + load<u32>(offsets), q = b + load<u32>(offsets, 4);
  let r = b + load<u32>(offsets, 8), s = b + load<u32>(offsets, 12);
  let k = 0;
  for (; k + 4 <= length; k += 4) {
    const vp = v128.load(p), vq = v128.load(q), vr = v128.load(r), vs = v128.load(s);
    const pqLow = i32x4.shuffle(vp, vq, 0, 4, 1, 5), pqHigh = i32x4.shuffle(vp, vq, 2, 6, 3, 7);
    const rsLow = i32x4.shuffle(vr, vs, 0, 4, 1, 5), rsHigh = i32x4.shuffle(vr, vs, 2, 6, 3, 7);
    v128.store(panel, i64x2.shuffle(pqLow, rsLow, 0, 2));
    v128.store(panel, i64x2.shuffle(pqLow, rsLow, 1, 3), 32);
    v128.store(panel, i64x2.shuffle(pqHigh, rsHigh, 0, 2), 64);
    v128.store(panel, i64x2.shuffle(pqHigh, rsHigh, 1, 3), 96);
    panel += 4 * PANEL_ROW;
    p += 16; q += 16; r += 16; s += 16;
  }
  for (; k < length; k++) {
    store<f32>(panel, load<f32>(p)); store<f32>(panel, load<f32>(q), 4);
    store<f32>(panel, load<f32>(r), 8); store<f32>(panel, load<f32>(s), 12);
    panel += PANEL_ROW;
    p += 4; q += 4; r += 4; s += 4;
  }
}

/**
 * Adds 4 rows of A times a panel to 4 rows of C. The 4 x 8 sums stay in registers for `SHORT` of k and then go to
 * `partial`, room for 8 vectors: short sums round less.
 */
@inline
function addTile(
  p: usize, q: usize, r: usize, s: usize, aStep: usize, panel: usize, length: i32, c: usize, cStride: usize,
  partial: usize,
): void {
  let p0 = f32x4.splat(0), p1 = p0, q0 = p0, q1 = p0, r0 = p0, r1 = p0, s0 = p0, s1 = p0;
  const end = panel + <usize>length * PANEL_ROW;
  let stop = panel + SHORT * PANEL_ROW;
  if (stop < end) clearPartial(partial);
  for (;;) {
    if (stop > end) stop = end;
    do {
      const b0 = v128.load(panel), b1 = v128.load(panel, 16);
      let a = v128.load32_splat(p); p0 = multiplyAdd(a, b0, p0); p1 = multiplyAdd(a, b1, p1);
      a = v128.load32_splat(q); q0 = multiplyAdd(a, b0, q0); q1 = multiplyAdd(a, b1, q1);
      a = v128.load32_splat(r); r0 = multiplyAdd(a, b0, r0); r1 = multiplyAdd(a, b1, r1);
      a = v128.load32_splat(s); s0 = multiplyAdd(a, b0, s0); s1 = multiplyAdd(a, b1, s1);
      p += aStep; q += aStep; r += aStep; s += aStep;
      panel += PANEL_ROW;
    } while (panel < stop);
    if (panel >= end) break;
    addInto(partial, p0); addInto(partial + 16, p1); addInto(partial + 32, q0); addInto(partial + 48, q1);
    addInto(partial + 64, r0); addInto(partial + 80, r1); addInto(partial + 96, s0); addInto(partial + 112, s1);
    p0 = f32x4.splat(0); p1 = p0; q0 = p0; q1 = p0; r0 = p0; r1 = p0; s0 = p0; s1 = p0;
    stop += SHORT * PANEL_ROW;
  }
  if (length > SHORT) {
    p0 = f32x4.add(p0, v128.load(partial)); p1 = f32x4.add(p1, v128.load(partial, 16));
    q0 = f32x4.add(q0, v128.load(partial, 32)); q1 = f32x4.add(q1, v128.load(partial, 48));
    r0 = f32x4.add(r0, v128.load(partial, 64)); r1 = f32x4.add(r1, v128.load(partial, 80));
    s0 = f32x4.add(s0, v128.load(partial, 96)); s1 = f32x4.add(s1, v128.load(partial, 112));
  }
  addInto(c, p0); addInto(c + 16, p1);
  c += cStride;
  addInto(c, q0); addInto(c + 16, q1);
  c += cStride;
  addInto(c, r0); addInto(c + 16, r1);
  c += cStride;
  addInto(c, s0); addInto(c + 16, s1);
}

@inline
function clearPartial(partial: usize): void {
  const zero = f32x4.splat(0);
  for (let n: usize = 0; n < 128; n += 16) v128.store(partial + n, zero);
}

/** @param panels room for PANELS panels of BLOCK rows of 8 numbers, and for 8 vectors. */
export function addProduct(
  a: usize, aOffsets: usize, aStep: usize, rows: i32, b: usize, bOffsets: usize, transposed: bool, columns: i32,
  inner: i32, panels: usize, c: usize, cStride: usize,
): void {
  for (let k = 0; k < inner; k += BLOCK) {
    const length = min(BLOCK, inner - k);
    const ofA = a + <usize>k * aStep;
    const along = <usize>k << 2;
    for (let first = 0; first < columns; first += 8 * PANELS) {
      const beyond = min(columns, first + 8 * PANELS);
      for (let column = first, panel = panels; column < beyond; column += 8, panel += PANEL) {
        const across = <usize>column << 2;
        if (transposed) {
          packFourColumns(b + along, bOffsets + across, length, panel);
          packFourColumns(b + along, bOffsets + across + 16, length, panel + 16);
        } else {
          packRows(b + across, bOffsets + along, length, panel);
        }
      }
      let offsets = aOffsets, ofC = c;
      for (let row = 0; row < rows; row += 4) {
        const p = ofA + load<u32>(offsets), q = ofA + load<u32>(offsets, 4);
        const r = ofA + load<u32>(offsets, 8), s = ofA + load<u32>(offsets, 12);
        for (let column = first, panel = panels; column < beyond; column += 8, panel += PANEL) {
          addTile(p, q, r, s, aStep, panel, length, ofC + (<usize>column << 2), cStride, panels + PANELS * PANEL);
        }
        offsets += 16;
        ofC += 4 * cStride;
      }
    }
  }
}

@inline
function copyNumbers(from: usize, to: usize, count: i32): void {
  let n = 0;
  for (; n + 8 <= count; n += 8, from += 32, to += 32) {
    v128.store(to, v128.load(from)); v128.store(to, v128.load(from, 16), 16);
  }
  for (; n < count; n++, from += 4, to += 4) store<f32>(to, load<f32>(from));
}

/** Copies rows that follow each other to rows with `left` and `right` zeros around them, which do so too. */
export function padRows(from: usize, to: usize, rows: i32, width: i32, left: i32, right: i32): void {
  for (let row = 0; row < rows; row++) {
    for (let n = 0; n < left; n++, to += 4) store<f32>(to, 0);
    copyNumbers(from, to, width);
    from += <usize>width << 2;
    to += <usize>width << 2;
    for (let n = 0; n < right; n++, to += 4) store<f32>(to, 0);
  }
}

/** Copies rows that lie `stride` bytes apart to rows that follow each other. */
export function cropRows(from: usize, stride: usize, to: usize, rows: i32, width: i32): void {
  for (let row = 0; row < rows; row++) {
    copyNumbers(from, to, width);
    from += stride;
    to += <usize>width << 2;
  }
}
