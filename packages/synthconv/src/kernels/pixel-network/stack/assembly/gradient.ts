/** Gradients of a layer's weights and biases over the pixels of a tile (AssemblyScript). */

import { multiplyAdd } from "../../../base/assembly/simd";

// Groups of 8 pixels whose sums are float32 (README.md, constants).
const FOLD_GROUPS: i32 = 32;

/** Adds four float32 to four float64 in memory. */
@inline
export function addIntoDoubles(pointer: usize, sum: v128): void {
  const high = i64x2.shuffle(sum, sum, 1, 1);
  v128.store(pointer, f64x2.add(v128.load(pointer), f64x2.promote_low_f32x4(sum)));
  v128.store(pointer, f64x2.add(v128.load(pointer, 16), f64x2.promote_low_f32x4(high)), 16);
}

/** The four sums over lanes of a, b, c and d. */
@inline
function sumsOfLanes(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(i32x4.shuffle(a, b, 0, 4, 1, 5), i32x4.shuffle(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(i32x4.shuffle(c, d, 0, 4, 1, 5), i32x4.shuffle(c, d, 2, 6, 3, 7));
  return f32x4.add(i64x2.shuffle(ab, cd, 0, 2), i64x2.shuffle(ab, cd, 1, 3));
}

/** Adds the sums over pixels of e x for 1 to 4 rows of e and 2 of x; the 8 sums stay in registers. */
@inline
function addPair(
  rows: i32, e: usize, eStep: usize, eGroup: usize, x: usize, xStep: usize, xGroup: usize, groups: i32, sums: usize,
): void {
  const zero = f32x4.splat(0);
  let p0 = zero, p1 = zero, q0 = zero, q1 = zero, r0 = zero, r1 = zero, s0 = zero, s1 = zero;
  do {
    const row1 = e + eStep, row2 = row1 + eStep, row3 = row2 + eStep;
    let x0 = v128.load(x), x1 = v128.load(x + xStep);
    let v = v128.load(e); p0 = multiplyAdd(v, x0, p0); p1 = multiplyAdd(v, x1, p1);
    if (rows > 1) { v = v128.load(row1); q0 = multiplyAdd(v, x0, q0); q1 = multiplyAdd(v, x1, q1); }
    if (rows > 2) { v = v128.load(row2); r0 = multiplyAdd(v, x0, r0); r1 = multiplyAdd(v, x1, r1); }
    if (rows > 3) { v = v128.load(row3); s0 = multiplyAdd(v, x0, s0); s1 = multiplyAdd(v, x1, s1); }
    x0 = v128.load(x, 16); x1 = v128.load(x + xStep, 16);
    v = v128.load(e, 16); p0 = multiplyAdd(v, x0, p0); p1 = multiplyAdd(v, x1, p1);
    if (rows > 1) { v = v128.load(row1, 16); q0 = multiplyAdd(v, x0, q0); q1 = multiplyAdd(v, x1, q1); }
    if (rows > 2) { v = v128.load(row2, 16); r0 = multiplyAdd(v, x0, r0); r1 = multiplyAdd(v, x1, r1); }
    if (rows > 3) { v = v128.load(row3, 16); s0 = multiplyAdd(v, x0, s0); s1 = multiplyAdd(v, x1, s1); }
    e += eGroup;
    x += xGroup;
  } while (--groups);
  addIntoDoubles(sums, sumsOfLanes(p0, q0, r0, s0));
  addIntoDoubles(sums + 32, sumsOfLanes(p1, q1, r1, s1));
}

/** `addPair` for one row of x: each half of a group has sums of its own, so that there are 8 again. */
@inline
function addSingle(
  rows: i32, e: usize, eStep: usize, eGroup: usize, x: usize, xGroup: usize, groups: i32, sums: usize,
): void {
  const zero = f32x4.splat(0);
  let p0 = zero, p1 = zero, q0 = zero, q1 = zero, r0 = zero, r1 = zero, s0 = zero, s1 = zero;
  do {
    const x0 = v128.load(x), x1 = v128.load(x, 16);
    let row = e;
    p0 = multiplyAdd(v128.load(row), x0, p0); p1 = multiplyAdd(v128.load(row, 16), x1, p1);
    if (rows > 1) {
      row += eStep;
      q0 = multiplyAdd(v128.load(row), x0, q0); q1 = multiplyAdd(v128.load(row, 16), x1, q1);
    }
    if (rows > 2) {
      row += eStep;
      r0 = multiplyAdd(v128.load(row), x0, r0); r1 = multiplyAdd(v128.load(row, 16), x1, r1);
    }
    if (rows > 3) {
      row += eStep;
      s0 = multiplyAdd(v128.load(row), x0, s0); s1 = multiplyAdd(v128.load(row, 16), x1, s1);
    }
    e += eGroup;
    x += xGroup;
  } while (--groups);
  addIntoDoubles(
    sums, sumsOfLanes(f32x4.add(p0, p1), f32x4.add(q0, q1), f32x4.add(r0, r1), f32x4.add(s0, s1)),
  );
}

@inline
function addRow(
  rows: i32, e: usize, eStep: usize, eGroup: usize, x: usize, xStep: usize, xGroup: usize, columns: i32,
  groups: i32, sums: usize,
): void {
  for (; columns >= 2; columns -= 2, x += 2 * xStep, sums += 64) {
    addPair(rows, e, eStep, eGroup, x, xStep, xGroup, groups, sums);
  }
  if (columns) addSingle(rows, e, eStep, eGroup, x, xGroup, groups, sums);
}

/**
 * Adds the sums over pixels of `rows` channels of e times `columns` of x to `sums`: blocks of 4 rows, the last one
 * filled up, for every column the 4 float64 sums of these rows.
 */
export function addProducts(
  e: usize, eStep: usize, eGroup: usize, rows: i32, x: usize, xStep: usize, xGroup: usize, columns: i32,
  groups: i32, sums: usize,
): void {
  for (; groups > FOLD_GROUPS; groups -= FOLD_GROUPS) {
    addGroups(e, eStep, eGroup, rows, x, xStep, xGroup, columns, FOLD_GROUPS, sums);
    e += <usize>FOLD_GROUPS * eGroup;
    x += <usize>FOLD_GROUPS * xGroup;
  }
  addGroups(e, eStep, eGroup, rows, x, xStep, xGroup, columns, groups, sums);
}

function addGroups(
  e: usize, eStep: usize, eGroup: usize, rows: i32, x: usize, xStep: usize, xGroup: usize, columns: i32,
  groups: i32, sums: usize,
): void {
  for (; rows >= 4; rows -= 4) {
    addRow(4, e, eStep, eGroup, x, xStep, xGroup, columns, groups, sums);
    e += 4 * eStep;
    sums += <usize>columns << 5;
  }
  if (rows == 3) addRow(3, e, eStep, eGroup, x, xStep, xGroup, columns, groups, sums);
  else if (rows == 2) addRow(2, e, eStep, eGroup, x, xStep, xGroup, columns, groups, sums);
  else if (rows == 1) addRow(1, e, eStep, eGroup, x, xStep, xGroup, columns, groups, sums);
}

/** Adds the gradients of a layer's biases, the sums of e, 4 partial sums in float64 for every output. */
export function addBiasGradients(
  e: usize, eStep: usize, eGroup: usize, outputs: i32, groups: i32, sums: usize,
): void {
  for (; outputs; outputs--, e += eStep, sums += 32) {
    for (let group = 0, p = e; group < groups; ) {
      let sum0 = f32x4.splat(0), sum1 = sum0;
      for (const end = min(group + FOLD_GROUPS, groups); group < end; group++, p += eGroup) {
        sum0 = f32x4.add(sum0, v128.load(p));
        sum1 = f32x4.add(sum1, v128.load(p, 16));
      }
      addIntoDoubles(sums, f32x4.add(sum0, sum1));
    }
  }
}
