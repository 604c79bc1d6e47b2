/**
 * A matrix times the pixels of a tile, with the activation or its gradient on the way out (AssemblyScript).
 *
 * Rows of a tile are addressed by two steps: 8 pixels (32 bytes) of a channel are neighbours, the next channel is
 * `channelStep` bytes on, the next 8 pixels `groupStep` bytes. The matrix is packed in blocks of 4 outputs, the last
 * with as many as are left: for every input the weights of the outputs of the block.
 */

import { addInto, multiplyAdd, SPARE } from "../../../base/assembly/simd";
import { storeFinished } from "./activations";

// Inputs whose sums stay in registers (README.md, constants).
const SHORT: i32 = 64;

/** Puts 8 sums to those of the inputs before. */
@inline
function putBefore(
  isFirst: bool, p0: v128, p1: v128, q0: v128, q1: v128, r0: v128, r1: v128, s0: v128, s1: v128,
): void {
  if (isFirst) {
    v128.store(SPARE, p0); v128.store(SPARE, p1, 16); v128.store(SPARE, q0, 32); v128.store(SPARE, q1, 48);
    v128.store(SPARE, r0, 64); v128.store(SPARE, r1, 80); v128.store(SPARE, s0, 96); v128.store(SPARE, s1, 112);
  } else {
    addInto(SPARE, p0); addInto(SPARE + 16, p1); addInto(SPARE + 32, q0); addInto(SPARE + 48, q1);
    addInto(SPARE + 64, r0); addInto(SPARE + 80, r1); addInto(SPARE + 96, s0); addInto(SPARE + 112, s1);
  }
}

/** 1 to 4 outputs of all pixels, 8 pixels at a time; their sums stay in registers over all inputs. */
@inline
function multiplyBlock(
  isLong: bool, outputs: i32, from: usize, fromStep: usize, fromGroup: usize, groups: i32, weights: usize, weightsEnd: usize,
  biases: usize, finish: i32, slope: v128, to: usize, toStep: usize, toGroup: usize,
): void {
  const zero = f32x4.splat(0);
  const part = <usize>(SHORT * outputs) << 2;
  let bp = zero, bq = zero, br = zero, bs = zero;
  if (biases) {
    bp = v128.load32_splat(biases);
    if (outputs > 1) bq = v128.load32_splat(biases, 4);
    if (outputs > 2) br = v128.load32_splat(biases, 8);
    if (outputs > 3) bs = v128.load32_splat(biases, 12);
  }
  do {
    let p0 = bp, p1 = bp, q0 = bq, q1 = bq, r0 = br, r1 = br, s0 = bs, s1 = bs;
    let x = from, w = weights;
    for (let stop = isLong ? w + part : weightsEnd; ; stop += part) {
      const end = isLong ? min(stop, weightsEnd) : weightsEnd;
      do {
        const x0 = v128.load(x), x1 = v128.load(x, 16);
        let v = v128.load32_splat(w); p0 = multiplyAdd(v, x0, p0); p1 = multiplyAdd(v, x1, p1);
        if (outputs > 1) {
          v = v128.load32_splat(w, 4); q0 = multiplyAdd(v, x0, q0); q1 = multiplyAdd(v, x1, q1);
        }
        if (outputs > 2) {
          v = v128.load32_splat(w, 8); r0 = multiplyAdd(v, x0, r0); r1 = multiplyAdd(v, x1, r1);
        }
        if (outputs > 3) {
          v = v128.load32_splat(w, 12); s0 = multiplyAdd(v, x0, s0); s1 = multiplyAdd(v, x1, s1);
        }
        w += outputs << 2;
        x += fromStep;
      } while (w < end);
      if (!isLong || w >= weightsEnd) break;
      putBefore(stop == weights + part, p0, p1, q0, q1, r0, r1, s0, s1);
      p0 = zero; p1 = zero; q0 = zero; q1 = zero; r0 = zero; r1 = zero; s0 = zero; s1 = zero;
    }
    if (isLong) {
      p0 = f32x4.add(p0, v128.load(SPARE)); p1 = f32x4.add(p1, v128.load(SPARE, 16));
      q0 = f32x4.add(q0, v128.load(SPARE, 32)); q1 = f32x4.add(q1, v128.load(SPARE, 48));
      r0 = f32x4.add(r0, v128.load(SPARE, 64)); r1 = f32x4.add(r1, v128.load(SPARE, 80));
      s0 = f32x4.add(s0, v128.load(SPARE, 96)); s1 = f32x4.add(s1, v128.load(SPARE, 112));
    }
    storeFinished(outputs, finish, slope, to, toStep, p0, p1, q0, q1, r0, r1, s0, s1);
    from += fromGroup;
    to += toGroup;
  } while (--groups);
}

/**
 * One output of 32 pixels at a time, or two of 16: the sums of further groups take the place of those of further
 * outputs, as 8 sums keep both multiply-add units busy and 2 or 4 do not.
 */
@inline
function multiplyNarrow(
  isLong: bool, outputs: i32, from: usize, fromStep: usize, fromGroup: usize, groups: i32, weights: usize, weightsEnd: usize,
  biases: usize, finish: i32, slope: v128, to: usize, toStep: usize, toGroup: usize,
): void {
  const wide = outputs == 1 ? 4 : 2;
  const zero = f32x4.splat(0);
  const part = <usize>(SHORT * outputs) << 2;
  let first = zero, second = zero;
  if (biases) {
    first = v128.load32_splat(biases);
    if (outputs > 1) second = v128.load32_splat(biases, 4);
  }
  for (; groups >= wide; groups -= wide) {
    let p0 = first, p1 = first, q0 = outputs > 1 ? second : first, q1 = q0;
    let r0 = first, r1 = first, s0 = q0, s1 = q0;
    let w = weights, x = from;
    for (let stop = isLong ? w + part : weightsEnd; ; stop += part) {
      const end = isLong ? min(stop, weightsEnd) : weightsEnd;
      do {
        let v = v128.load32_splat(w);
        let x0 = v128.load(x), x1 = v128.load(x, 16);
        p0 = multiplyAdd(v, x0, p0); p1 = multiplyAdd(v, x1, p1);
        let next = x + fromGroup;
        if (outputs > 1) {
          const u = v128.load32_splat(w, 4);
          q0 = multiplyAdd(u, x0, q0); q1 = multiplyAdd(u, x1, q1);
          x0 = v128.load(next); x1 = v128.load(next, 16);
          r0 = multiplyAdd(v, x0, r0); r1 = multiplyAdd(v, x1, r1);
          s0 = multiplyAdd(u, x0, s0); s1 = multiplyAdd(u, x1, s1);
        } else {
          q0 = multiplyAdd(v, v128.load(next), q0); q1 = multiplyAdd(v, v128.load(next, 16), q1);
          next += fromGroup;
          r0 = multiplyAdd(v, v128.load(next), r0); r1 = multiplyAdd(v, v128.load(next, 16), r1);
          next += fromGroup;
          s0 = multiplyAdd(v, v128.load(next), s0); s1 = multiplyAdd(v, v128.load(next, 16), s1);
        }
        w += outputs << 2;
        x += fromStep;
      } while (w < end);
      if (!isLong || w >= weightsEnd) break;
      putBefore(stop == weights + part, p0, p1, q0, q1, r0, r1, s0, s1);
      p0 = zero; p1 = zero; q0 = zero; q1 = zero; r0 = zero; r1 = zero; s0 = zero; s1 = zero;
    }
    if (isLong) {
      p0 = f32x4.add(p0, v128.load(SPARE)); p1 = f32x4.add(p1, v128.load(SPARE, 16));
      q0 = f32x4.add(q0, v128.load(SPARE, 32)); q1 = f32x4.add(q1, v128.load(SPARE, 48));
      r0 = f32x4.add(r0, v128.load(SPARE, 64)); r1 = f32x4.add(r1, v128.load(SPARE, 80));
      s0 = f32x4.add(s0, v128.load(SPARE, 96)); s1 = f32x4.add(s1, v128.load(SPARE, 112));
    }
    if (outputs > 1) {
      storeFinished(2, finish, slope, to, toStep, p0, p1, q0, q1, zero, zero, zero, zero);
      storeFinished(2, finish, slope, to + toGroup, toStep, r0, r1, s0, s1, zero, zero, zero, zero);
    } else {
      storeFinished(4, finish, slope, to, toGroup, p0, p1, q0, q1, r0, r1, s0, s1);
    }
    from += <usize>wide * fromGroup;
    to += <usize>wide * toGroup;
  }
  if (groups) {
    multiplyBlock(
      isLong, outputs, from, fromStep, fromGroup, groups, weights, weightsEnd, biases, finish, slope, to, toStep, toGroup,
    );
  }
}

@inline
function multiplyAll(
  isLong: bool, from: usize, fromStep: usize, fromGroup: usize, inputs: i32, groups: i32, weights: usize,
  biases: usize, finish: i32, slope: v128, to: usize, toStep: usize, toGroup: usize, outputs: i32,
): void {
  const column = <usize>inputs << 2;
  for (; outputs >= 4; outputs -= 4) {
    const end = weights + 4 * column;
    multiplyBlock(
      isLong, 4, from, fromStep, fromGroup, groups, weights, end, biases, finish, slope, to, toStep, toGroup,
    );
    weights = end;
    if (biases) biases += 16;
    to += 4 * toStep;
  }
  const end = weights + <usize>outputs * column;
  if (outputs == 3) {
    multiplyBlock(
      isLong, 3, from, fromStep, fromGroup, groups, weights, end, biases, finish, slope, to, toStep, toGroup,
    );
  } else if (outputs == 2) {
    multiplyNarrow(
      isLong, 2, from, fromStep, fromGroup, groups, weights, end, biases, finish, slope, to, toStep, toGroup,
    );
  } else if (outputs == 1) {
    multiplyNarrow(
      isLong, 1, from, fromStep, fromGroup, groups, weights, end, biases, finish, slope, to, toStep, toGroup,
    );
  }
}

/** to = finish(matrix * from + biases); `biases` is 0 where there are none. */
export function multiply(
  from: usize, fromStep: usize, fromGroup: usize, inputs: i32, groups: i32, weights: usize, biases: usize,
  finish: i32, slopeOfLayer: f32, to: usize, toStep: usize, toGroup: usize, outputs: i32,
): void {
  const slope = f32x4.splat(slopeOfLayer);
  if (inputs <= SHORT) {
    multiplyAll(
      false, from, fromStep, fromGroup, inputs, groups, weights, biases, finish, slope, to, toStep, toGroup, outputs,
    );
  } else {
    multiplyAll(
      true, from, fromStep, fromGroup, inputs, groups, weights, biases, finish, slope, to, toStep, toGroup, outputs,
    );
  }
}
