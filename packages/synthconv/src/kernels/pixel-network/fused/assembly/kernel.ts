/**
 * Pixel network with one hidden layer, 3 -> K -> 3, planar float32 (AssemblyScript; README.md derives it).
 *
 * Images, targets and upstream gradients are three planes, PLANE_BYTES apart where there is no `plane`; a pointer
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
import { addInto } from "../../../base/assembly/simd";
import { addUpstream, backwardTile, imageTile } from "./backward";
import { forwardTile, hiddenTile } from "./forward";
import { PART_BYTES, PLANE_BYTES, SUM_BLOCK_BYTES, TILE_BYTES } from "./layout";

export * from "../../network/assembly/losses";
export * from "./layout";

export function forward(
  leaky: bool, image: usize, output: usize, plane: usize, bytes: usize, weights: usize, hiddenUnits: i32, residual: bool,
): void {
  if (leaky) forwardTile(true, false, image, plane, output, plane, bytes, weights, hiddenUnits, residual, 0);
  else forwardTile(false, false, image, plane, output, plane, bytes, weights, hiddenUnits, residual, 0);
}

/** Adds the sums of a part to the `total` of its chunk, and clears them. `bytes` is a multiple of 16. */
export function gatherSums(sums: usize, bytes: usize, total: usize): void {
  const zero = f32x4.splat(0);
  for (const end = sums + bytes; sums < end; sums += 16, total += 16) {
    addInto(total, v128.load(sums));
    v128.store(sums, zero);
  }
}

/** The same where a part ends, `done` bytes of a plane behind the start of its chunk. */
@inline
function gatherAt(done: usize, sums: usize, bytes: usize, total: usize): void {
  if (done % PART_BYTES == 0) gatherSums(sums, bytes, total);
}

/**
 * Forward, loss and, with `gradients`, the gradients of all weights; `pixelWeight` is one plane or 0.
 * One tile at a time; `scratch` holds hiddenUnits + 3 rows of a tile. `done`: bytes of the chunk before `image`;
 * `total`: the sums of the chunk.
 */
export function loss(
  leaky: bool, image: usize, target: usize, pixelWeight: usize, pixels: i32, weights: usize,
  hiddenUnits: i32, residual: bool, kind: i32, epsilonSquared: f32, gradients: bool, sums: usize, scratch: usize,
  done: usize, total: usize,
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
    done += bytes;
    if (!gradients) {
      gatherAt(done, tail, 64, total + (tail - sums));
      continue;
    }
    addUpstream(y, bytes, bytes, tail);
    if (leaky) backwardTile(true, false, x, y, bytes, bytes, weights, hiddenUnits, sums, h);
    else backwardTile(false, false, x, y, bytes, bytes, weights, hiddenUnits, sums, h);
    gatherAt(done, sums, tail + 64 - sums, total);
  }
}

/**
 * All gradients from an upstream gradient; of the image only where `gradient` is not 0. The upstream gradient
 * of the pixels that fill up the last 8 must be 0. `scratch` holds hiddenUnits rows of a tile; `done` and `total` as in
 * `loss`.
 */
export function backward(
  leaky: bool, image: usize, upstream: usize, allBytes: usize, weights: usize, hiddenUnits: i32,
  residual: bool, gradient: usize, sums: usize, scratch: usize, done: usize, total: usize,
): void {
  const sumBytes = <usize>hiddenUnits * SUM_BLOCK_BYTES + 64;
  for (let first: usize = 0; first < allBytes; first += TILE_BYTES) {
    const bytes = min(TILE_BYTES, allBytes - first);
    const x = image + first, d = upstream + first;
    addUpstream(d, PLANE_BYTES, bytes, sums + <usize>hiddenUnits * SUM_BLOCK_BYTES);
    if (leaky) hiddenTile(true, x, bytes, weights, hiddenUnits, scratch);
    else hiddenTile(false, x, bytes, weights, hiddenUnits, scratch);
    if (gradient) {
      if (leaky) backwardTile(true, true, x, d, PLANE_BYTES, bytes, weights, hiddenUnits, sums, scratch);
      else backwardTile(false, true, x, d, PLANE_BYTES, bytes, weights, hiddenUnits, sums, scratch);
      imageTile(gradient + first, d, bytes, weights, hiddenUnits, residual, scratch);
    } else {
      if (leaky) backwardTile(true, false, x, d, PLANE_BYTES, bytes, weights, hiddenUnits, sums, scratch);
      else backwardTile(false, false, x, d, PLANE_BYTES, bytes, weights, hiddenUnits, sums, scratch);
    }
    done += bytes;
    gatherAt(done, sums, sumBytes, total);
  }
}
