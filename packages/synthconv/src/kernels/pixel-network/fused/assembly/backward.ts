/** The gradients of a tile (AssemblyScript). kernel.ts explains the letters. */

import { addInto, multiplyAdd } from "../../../base/assembly/simd";
import { PLANE_BYTES, SUM_BLOCK_BYTES, WEIGHT_BLOCK_BYTES } from "./layout";

// Hidden units whose sums stay in registers: README.md, constants.
const SHORT: i32 = 64;

// dL/dz from dL/dh. h > 0 exactly where z > 0, because the slope is in [0, 1].
// A NaN lets the gradient through relu and takes the slope of leakyRelu, as in PyTorch.
@inline
function activationGradient(leaky: bool, h: v128, gradient: v128, slope: v128): v128 {
  if (leaky) return v128.bitselect(gradient, f32x4.mul(gradient, slope), f32x4.gt(h, f32x4.splat(0)));
  return v128.andnot(gradient, f32x4.le(h, slope));
}

/**
 * Adds the gradients of both layers' weights and of the hidden bias: one hidden unit at a time, its 7 sums and
 * the weights of its 3 outputs in registers over the pixels. `keep` replaces the rows of h by e, for the
 * gradient of the image.
 */
@inline
export function backwardTile(
  leaky: bool, keep: bool, image: usize, upstream: usize, upstreamPlane: usize,
  bytes: usize, weights: usize, hiddenUnits: i32, sums: usize, hiddenRows: usize,
): void {
  const tail = weights + <usize>hiddenUnits * WEIGHT_BLOCK_BYTES;
  let hiddenRow = hiddenRows;
  for (let k = weights; k < tail; k += WEIGHT_BLOCK_BYTES) {
    const v0 = v128.load32_splat(k, 16), v1 = v128.load32_splat(k, 20), v2 = v128.load32_splat(k, 24);
    const zero = f32x4.splat(0);
    let w10 = zero, w11 = zero, w12 = zero, b1 = zero, w20 = zero, w21 = zero, w22 = zero;
    for (let offset: usize = 0; offset < bytes; offset += 16) {
      const h = v128.load(hiddenRow + offset);
      let p = upstream + offset;
      let d = v128.load(p);
      w20 = multiplyAdd(h, d, w20);
      let e = f32x4.mul(v0, d);
      p += upstreamPlane;
      d = v128.load(p);
      w21 = multiplyAdd(h, d, w21);
      e = multiplyAdd(v1, d, e);
      p += upstreamPlane;
      d = v128.load(p);
      w22 = multiplyAdd(h, d, w22);
      e = multiplyAdd(v2, d, e);
      e = activationGradient(leaky, h, e, leaky ? v128.load32_splat(k, 28) : zero);
      if (keep) v128.store(hiddenRow + offset, e);
      b1 = f32x4.add(b1, e);
      p = image + offset;
      w10 = multiplyAdd(e, v128.load(p), w10);
      w11 = multiplyAdd(e, v128.load(p, PLANE_BYTES), w11);
      w12 = multiplyAdd(e, v128.load(p, 2 * PLANE_BYTES), w12);
    }
    addInto(sums, w10); addInto(sums + 16, w11); addInto(sums + 32, w12); addInto(sums + 48, b1);
    addInto(sums + 64, w20); addInto(sums + 80, w21); addInto(sums + 96, w22);
    sums += SUM_BLOCK_BYTES;
    hiddenRow += bytes;
  }
}

/** Adds the gradient of the output bias: the sums of the three planes of d. */
export function addUpstream(upstream: usize, plane: usize, bytes: usize, sums: usize): void {
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0;
  for (let p = upstream, end = upstream + bytes; p < end; p += 16) {
    s0 = f32x4.add(s0, v128.load(p));
    s1 = f32x4.add(s1, v128.load(p + plane));
    s2 = f32x4.add(s2, v128.load(p + plane + plane));
  }
  addInto(sums, s0); addInto(sums + 16, s1); addInto(sums + 32, s2);
}

/**
 * dL/dx = the transpose of W1 times e, from the rows of e that `backwardTile` kept; plus d with a residual. Planes are
 * PLANE_BYTES apart. After `SHORT` units the sums go to the gradient: short sums round less.
 */
export function imageTile(
  gradient: usize, upstream: usize, bytes: usize, weights: usize, hiddenUnits: i32, residual: bool, hiddenRows: usize,
): void {
  let plus: usize = residual ? upstream : 0;
  for (; hiddenUnits > SHORT; hiddenUnits -= SHORT) {
    addUnits(gradient, plus, bytes, weights, SHORT, hiddenRows);
    plus = gradient;
    weights += <usize>SHORT * WEIGHT_BLOCK_BYTES;
    hiddenRows += <usize>SHORT * bytes;
  }
  addUnits(gradient, plus, bytes, weights, hiddenUnits, hiddenRows);
}

/** What some hidden units make of the gradient of the image, plus what lies at `plus` where that is not 0. */
function addUnits(
  gradient: usize, plus: usize, bytes: usize, weights: usize, hiddenUnits: i32, hiddenRows: usize,
): void {
  const tail = weights + <usize>hiddenUnits * WEIGHT_BLOCK_BYTES;
  for (let offset: usize = 0; offset < bytes; offset += 32) {
    let g0a = f32x4.splat(0), g0b = g0a, g1a = g0a, g1b = g0a, g2a = g0a, g2b = g0a;
    let hiddenRow = hiddenRows + offset;
    for (let k = weights; k < tail; k += WEIGHT_BLOCK_BYTES) {
      const ea = v128.load(hiddenRow), eb = v128.load(hiddenRow, 16);
      let w = v128.load32_splat(k); g0a = multiplyAdd(w, ea, g0a); g0b = multiplyAdd(w, eb, g0b);
      w = v128.load32_splat(k, 4); g1a = multiplyAdd(w, ea, g1a); g1b = multiplyAdd(w, eb, g1b);
      w = v128.load32_splat(k, 8); g2a = multiplyAdd(w, ea, g2a); g2b = multiplyAdd(w, eb, g2b);
      hiddenRow += bytes;
    }
    if (plus) {
      const p = plus + offset;
      g0a = f32x4.add(g0a, v128.load(p)); g0b = f32x4.add(g0b, v128.load(p, 16));
      g1a = f32x4.add(g1a, v128.load(p, PLANE_BYTES)); g1b = f32x4.add(g1b, v128.load(p, PLANE_BYTES + 16));
      g2a = f32x4.add(g2a, v128.load(p, 2 * PLANE_BYTES)); g2b = f32x4.add(g2b, v128.load(p, 2 * PLANE_BYTES + 16));
    }
    const p = gradient + offset;
    v128.store(p, g0a); v128.store(p, g0b, 16);
    v128.store(p, g1a, PLANE_BYTES); v128.store(p, g1b, PLANE_BYTES + 16);
    v128.store(p, g2a, 2 * PLANE_BYTES); v128.store(p, g2b, 2 * PLANE_BYTES + 16);
  }
}
