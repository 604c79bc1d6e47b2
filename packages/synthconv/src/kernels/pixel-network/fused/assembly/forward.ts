/** A tile forward: the output, or the hidden units alone (AssemblyScript). kernel.ts explains the letters. */

import { multiplyAdd } from "../../../base/assembly/simd";
import { PLANE_BYTES, WEIGHT_BLOCK_BYTES } from "./layout";

// pmax(z, other) is `z < other ? other : z`: a NaN in z stays a NaN.
@inline
function activate(leaky: bool, z: v128, slope: v128): v128 {
  return f32x4.pmax(z, leaky ? f32x4.mul(z, slope) : slope);
}

/**
 * 8 pixels an iteration: 6 sums of the output and 6 vectors of the image stay in registers over the loop of
 * hidden units. `keep` stores the hidden units as rows of `bytes` for the backward pass.
 */
@inline
export function forwardTile(
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
export function hiddenTile(
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
