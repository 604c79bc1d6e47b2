/** Gradients of a layer's weights and biases over the pixels of a tile (AssemblyScript). */

import { multiplyAdd } from "../simd.kernel";

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

/** Adds sum over pixels of e x for 1 to 4 outputs and 1 or 2 inputs; the sums stay in registers. */
@inline
function addBlock(
  outputs: i32, inputs: i32, e: usize, eStep: usize, eGroup: usize, x: usize, xStep: usize, xGroup: usize,
  groups: i32, sums: usize,
): void {
  const zero = f32x4.splat(0);
  let p0 = zero, p1 = zero, q0 = zero, q1 = zero, r0 = zero, r1 = zero, s0 = zero, s1 = zero;
  do {
    for (let half: usize = 0; half < 32; half += 16) {
      const x0 = v128.load(x + half);
      const x1 = inputs > 1 ? v128.load(x + half + xStep) : zero;
      let row = e + half;
      let v = v128.load(row); p0 = multiplyAdd(v, x0, p0);
      if (inputs > 1) p1 = multiplyAdd(v, x1, p1);
      if (outputs > 1) {
        row += eStep;
        v = v128.load(row); q0 = multiplyAdd(v, x0, q0);
        if (inputs > 1) q1 = multiplyAdd(v, x1, q1);
      }
      if (outputs > 2) {
        row += eStep;
        v = v128.load(row); r0 = multiplyAdd(v, x0, r0);
        if (inputs > 1) r1 = multiplyAdd(v, x1, r1);
      }
      if (outputs > 3) {
        row += eStep;
        v = v128.load(row); s0 = multiplyAdd(v, x0, s0);
        if (inputs > 1) s1 = multiplyAdd(v, x1, s1);
      }
    }
    e += eGroup;
    x += xGroup;
  } while (--groups);
  addIntoDoubles(sums, sumsOfLanes(p0, q0, r0, s0));
  if (inputs > 1) addIntoDoubles(sums + 32, sumsOfLanes(p1, q1, r1, s1));
}

@inline
function addOutputs(
  outputs: i32, e: usize, eStep: usize, eGroup: usize, x: usize, xStep: usize, xGroup: usize, inputs: i32,
  groups: i32, sums: usize,
): void {
  for (; inputs >= 2; inputs -= 2, x += 2 * xStep, sums += 64) {
    addBlock(outputs, 2, e, eStep, eGroup, x, xStep, xGroup, groups, sums);
  }
  if (inputs) addBlock(outputs, 1, e, eStep, eGroup, x, xStep, xGroup, groups, sums);
}

/**
 * Adds the gradients of a layer's weights, e = dL/dz times its input x, to `sums`: blocks of 4 outputs, the last
 * one filled up, for every input the float64 sums of these outputs.
 */
export function addWeightGradients(
  e: usize, eStep: usize, eGroup: usize, outputs: i32, x: usize, xStep: usize, xGroup: usize, inputs: i32,
  groups: i32, sums: usize,
): void {
  for (; outputs >= 4; outputs -= 4) {
    addOutputs(4, e, eStep, eGroup, x, xStep, xGroup, inputs, groups, sums);
    e += 4 * eStep;
    sums += <usize>inputs << 5;
  }
  if (outputs == 3) addOutputs(3, e, eStep, eGroup, x, xStep, xGroup, inputs, groups, sums);
  else if (outputs == 2) addOutputs(2, e, eStep, eGroup, x, xStep, xGroup, inputs, groups, sums);
  else if (outputs == 1) addOutputs(1, e, eStep, eGroup, x, xStep, xGroup, inputs, groups, sums);
}

/** Adds the gradients of a layer's biases, the sums of e, 4 partial sums in float64 for every output. */
export function addBiasGradients(
  e: usize, eStep: usize, eGroup: usize, outputs: i32, groups: i32, sums: usize,
): void {
  for (; outputs; outputs--, e += eStep, sums += 32) {
    let sum0 = f32x4.splat(0), sum1 = sum0;
    for (let group = 0, p = e; group < groups; group++, p += eGroup) {
      sum0 = f32x4.add(sum0, v128.load(p));
      sum1 = f32x4.add(sum1, v128.load(p, 16));
    }
    addIntoDoubles(sums, f32x4.add(sum0, sum1));
  }
}
