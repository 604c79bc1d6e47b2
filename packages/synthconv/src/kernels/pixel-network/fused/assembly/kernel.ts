/**
 * Pixel network with one hidden layer, 3 -> K -> 3, planar float32 (AssemblyScript; README.md derives it).
 *
 * Images, targets and upstream gradients are three planes, PLANE_BYTES bytes apart where there is no `plane`; a pointer
 * p and an offset address the same pixels in each. `bytes` is the number of pixels rounded up to a multiple of 8, times 4.
 * Weights are a block of 8 numbers for every hidden unit, then a tail of 4; sums are a block of 8 vectors
 * of 4 partial sums for every hidden unit, then a tail of 4 vectors:
 *
 *   entry     0        1        2        3      4        5        6        7
 *   weights   w1[k,0]  w1[k,1]  w1[k,2]  b1[k]  w2[0,k]  w2[1,k]  w2[2,k]  slope (0 for relu)
 *   sums      the gradients of these                                       -
 *   tail      b2[0]    b2[1]    b2[2]    - (weights) or the loss (sums)
 *
 * Letters of the inner loops: x image, z before the activation, h hidden, y output, d = dL/dy, e = dL/dz,
 * w one weight in all four lanes; the digit is the channel, a and b are two neighbouring vectors of 4 pixels.
 */

import { lossTile } from "../../network/assembly/loss-tile";
import { addInto, multiplyAdd } from "../../../base/assembly/simd";

export * from "../../network/assembly/losses";

export const WEIGHT_BLOCK_BYTES: usize = 32;
export const SUM_BLOCK_BYTES: usize = 128;
// Between the planes of a chunk, and of a plane of a tile (README.md has the reasons).
export const PLANE_BYTES: usize = 8192 * 4 + 64;
export const TILE_BYTES: usize = 64 * 4;

// pmax(z, other) is `z < other ? other : z`: a NaN in z stays a NaN.
@inline
function activate(leaky: bool, z: v128, slope: v128): v128 {
  return f32x4.pmax(z, leaky ? f32x4.mul(z, slope) : slope);
}

// dL/dz from dL/dh. h > 0 exactly where z > 0, because the slope is in [0, 1].
// A NaN lets the gradient through relu and takes the slope of leakyRelu, as in PyTorch.
@inline
function activationGradient(leaky: bool, h: v128, gradient: v128, slope: v128): v128 {
  if (leaky) return v128.bitselect(gradient, f32x4.mul(gradient, slope), f32x4.gt(h, f32x4.splat(0)));
  return v128.andnot(gradient, f32x4.le(h, slope));
}

/**
 * 8 pixels an iteration: 6 sums of the output and 6 vectors of the image stay in registers over the loop of
 * hidden units. `keep` stores the hidden units as rows of `bytes` for the backward pass.
 */
@inline
function forwardTile(
  leaky: bool, keep: bool, image: usize, plane: usize, output: usize, outputPlane: usize, bytes: usize,
  weights: usize, hiddenUnits: i32, residual: bool, hiddenRows: usize,
): void {
  const tail = weights + <usize>hiddenUnits * WEIGHT_BLOCK_BYTES;
  for (let offset: usize = 0; offset < bytes; offset += 32) {
    let p = image + offset;
    const x0a = v128.load(p), x0b = v128.load(p, 16);
    p += plane;
    const x1a = v128.load(p), x1b = v128.load(p, 16);
    p += plane;
    const x2a = v128.load(p), x2b = v128.load(p, 16);
    let y0a = v128.load32_splat(tail), y1a = v128.load32_splat(tail, 4), y2a = v128.load32_splat(tail, 8);
    let y0b = y0a, y1b = y1a, y2b = y2a;
    let hiddenRow = hiddenRows + offset;
    let k = weights;
    do {
      let w = v128.load32_splat(k, 12);
      let ha = w, hb = w;
      w = v128.load32_splat(k); ha = multiplyAdd(w, x0a, ha); hb = multiplyAdd(w, x0b, hb);
      w = v128.load32_splat(k, 4); ha = multiplyAdd(w, x1a, ha); hb = multiplyAdd(w, x1b, hb);
      w = v128.load32_splat(k, 8); ha = multiplyAdd(w, x2a, ha); hb = multiplyAdd(w, x2b, hb);
      w = v128.load32_splat(k, 28); ha = activate(leaky, ha, w); hb = activate(leaky, hb, w);
      if (keep) {
        v128.store(hiddenRow, ha); v128.store(hiddenRow, hb, 16);
        hiddenRow += bytes;
      }
      w = v128.load32_splat(k, 16); y0a = multiplyAdd(w, ha, y0a); y0b = multiplyAdd(w, hb, y0b);
      w = v128.load32_splat(k, 20); y1a = multiplyAdd(w, ha, y1a); y1b = multiplyAdd(w, hb, y1b);
      w = v128.load32_splat(k, 24); y2a = multiplyAdd(w, ha, y2a); y2b = multiplyAdd(w, hb, y2b);
      k += WEIGHT_BLOCK_BYTES;
    } while (k < tail);
    if (residual) {
      y0a = f32x4.add(y0a, x0a); y0b = f32x4.add(y0b, x0b);
      y1a = f32x4.add(y1a, x1a); y1b = f32x4.add(y1b, x1b);
      y2a = f32x4.add(y2a, x2a); y2b = f32x4.add(y2b, x2b);
    }
    p = output + offset;
    v128.store(p, y0a); v128.store(p, y0b, 16);
    p += outputPlane;
    v128.store(p, y1a); v128.store(p, y1b, 16);
    p += outputPlane;
    v128.store(p, y2a); v128.store(p, y2b, 16);
  }
}

/** Only the hidden units of `forwardTile`, stored as rows of `bytes`. */
@inline
function hiddenTile(
  leaky: bool, image: usize, bytes: usize, weights: usize, hiddenUnits: i32, hiddenRows: usize,
): void {
  const tail = weights + <usize>hiddenUnits * WEIGHT_BLOCK_BYTES;
  for (let offset: usize = 0; offset < bytes; offset += 32) {
    const p = image + offset;
    const x0a = v128.load(p), x1a = v128.load(p, PLANE_BYTES), x2a = v128.load(p, 2 * PLANE_BYTES);
    const x0b = v128.load(p, 16), x1b = v128.load(p, PLANE_BYTES + 16), x2b = v128.load(p, 2 * PLANE_BYTES + 16);
    let hiddenRow = hiddenRows + offset;
    for (let k = weights; k < tail; k += WEIGHT_BLOCK_BYTES) {
      let w = v128.load32_splat(k, 12);
      let ha = w, hb = w;
      w = v128.load32_splat(k); ha = multiplyAdd(w, x0a, ha); hb = multiplyAdd(w, x0b, hb);
      w = v128.load32_splat(k, 4); ha = multiplyAdd(w, x1a, ha); hb = multiplyAdd(w, x1b, hb);
      w = v128.load32_splat(k, 8); ha = multiplyAdd(w, x2a, ha); hb = multiplyAdd(w, x2b, hb);
      w = v128.load32_splat(k, 28);
      v128.store(hiddenRow, activate(leaky, ha, w)); v128.store(hiddenRow, activate(leaky, hb, w), 16);
      hiddenRow += bytes;
    }
  }
}

/**
 * Adds the gradients of both layers' weights and of the hidden bias: one hidden unit at a time, its 7 sums and
 * the weights of its 3 outputs in registers over the pixels. `keep` replaces the rows of h by e, for the
 * gradient of the image.
 */
@inline
function backwardTile(
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
function addUpstream(upstream: usize, plane: usize, bytes: usize, sums: usize): void {
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0;
  for (let p = upstream, end = upstream + bytes; p < end; p += 16) {
    s0 = f32x4.add(s0, v128.load(p));
    s1 = f32x4.add(s1, v128.load(p + plane));
    s2 = f32x4.add(s2, v128.load(p + plane + plane));
  }
  addInto(sums, s0); addInto(sums + 16, s1); addInto(sums + 32, s2);
}

/** dL/dx = the transpose of W1 times e, from the rows of e that `backwardTile` kept; plus d with a residual. */
function imageTile(
  gradient: usize, plane: usize, upstream: usize, upstreamPlane: usize, bytes: usize, weights: usize,
  hiddenUnits: i32, residual: bool, hiddenRows: usize,
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
    if (residual) {
      let p = upstream + offset;
      g0a = f32x4.add(g0a, v128.load(p)); g0b = f32x4.add(g0b, v128.load(p, 16));
      p += upstreamPlane;
      g1a = f32x4.add(g1a, v128.load(p)); g1b = f32x4.add(g1b, v128.load(p, 16));
      p += upstreamPlane;
      g2a = f32x4.add(g2a, v128.load(p)); g2b = f32x4.add(g2b, v128.load(p, 16));
    }
    let p = gradient + offset;
    v128.store(p, g0a); v128.store(p, g0b, 16);
    p += plane;
    v128.store(p, g1a); v128.store(p, g1b, 16);
    p += plane;
    v128.store(p, g2a); v128.store(p, g2b, 16);
  }
}

export function forward(
  leaky: bool, image: usize, output: usize, plane: usize, bytes: usize, weights: usize, hiddenUnits: i32, residual: bool,
): void {
  if (leaky) forwardTile(true, false, image, plane, output, plane, bytes, weights, hiddenUnits, residual, 0);
  else forwardTile(false, false, image, plane, output, plane, bytes, weights, hiddenUnits, residual, 0);
}

/**
 * Forward, loss and, with `gradients`, the gradients of all weights; `pixelWeight` is one plane or 0.
 * One tile at a time; `scratch` holds hiddenUnits + 3 rows of a tile.
 */
export function train(
  leaky: bool, image: usize, target: usize, pixelWeight: usize, pixels: i32, weights: usize,
  hiddenUnits: i32, residual: bool, kind: i32, epsilonSquared: f32, gradients: bool, sums: usize, scratch: usize,
): void {
  const allBytes = (<usize>(pixels + 7) & ~7) << 2;
  const tail = sums + <usize>hiddenUnits * SUM_BLOCK_BYTES;
  for (let first: usize = 0; first < allBytes; first += TILE_BYTES) {
    const bytes = min(TILE_BYTES, allBytes - first);
    const x = image + first, y = scratch, h = scratch + 3 * bytes;
    if (leaky) forwardTile(true, true, x, PLANE_BYTES, y, bytes, bytes, weights, hiddenUnits, residual, h);
    else forwardTile(false, true, x, PLANE_BYTES, y, bytes, bytes, weights, hiddenUnits, residual, h);
    const pixelWeightTile = pixelWeight ? pixelWeight + first : 0;
    const pixelsLeft = pixels - <i32>(first >> 2);
    addInto(tail + 48, lossTile(
      kind, 3, y, bytes, target + first, PLANE_BYTES, pixelWeightTile, pixelsLeft, epsilonSquared,
    ));
    if (!gradients) continue;
    addUpstream(y, bytes, bytes, tail);
    if (leaky) backwardTile(true, false, x, y, bytes, bytes, weights, hiddenUnits, sums, h);
    else backwardTile(false, false, x, y, bytes, bytes, weights, hiddenUnits, sums, h);
  }
}

/**
 * All gradients from an upstream gradient; of the image only where `gradient` is not 0. The upstream gradient
 * of the pixels that fill up the last 8 must be 0. `scratch` holds hiddenUnits rows of a tile.
 */
export function backward(
  leaky: bool, image: usize, upstream: usize, allBytes: usize, weights: usize, hiddenUnits: i32,
  residual: bool, gradient: usize, sums: usize, scratch: usize,
): void {
  for (let first: usize = 0; first < allBytes; first += TILE_BYTES) {
    const bytes = min(TILE_BYTES, allBytes - first);
    const x = image + first, d = upstream + first;
    addUpstream(d, PLANE_BYTES, bytes, sums + <usize>hiddenUnits * SUM_BLOCK_BYTES);
    if (leaky) hiddenTile(true, x, bytes, weights, hiddenUnits, scratch);
    else hiddenTile(false, x, bytes, weights, hiddenUnits, scratch);
    if (gradient) {
      if (leaky) backwardTile(true, true, x, d, PLANE_BYTES, bytes, weights, hiddenUnits, sums, scratch);
      else backwardTile(false, true, x, d, PLANE_BYTES, bytes, weights, hiddenUnits, sums, scratch);
      imageTile(gradient + first, PLANE_BYTES, d, PLANE_BYTES, bytes, weights, hiddenUnits, residual, scratch);
    } else {
      if (leaky) backwardTile(true, false, x, d, PLANE_BYTES, bytes, weights, hiddenUnits, sums, scratch);
      else backwardTile(false, false, x, d, PLANE_BYTES, bytes, weights, hiddenUnits, sums, scratch);
    }
  }
}
