/** The loss of a tile of pixels and its gradient, for any number of channels (AssemblyScript). */

import { loss_charbonnier, loss_l1, loss_mse, lossOfVector } from "./losses";

@inline
function lossOfKind(
  kind: i32, channels: i32, output: usize, bytes: usize, target: usize, plane: usize, pixelWeight: usize,
  pixels: i32, epsilonSquared: v128,
): v128 {
  let loss = f32x4.splat(0);
  const lanes = i32x4(0, 1, 2, 3);
  let weight = f32x4.splat(1);
  for (let offset: usize = 0; offset < bytes; offset += 16) {
    const mask = i32x4.lt_s(i32x4.add(lanes, i32x4.splat(<i32>(offset >> 2))), i32x4.splat(pixels));
    if (pixelWeight) weight = v128.load(pixelWeight + offset);
    let y = output + offset, t = target + offset;
    let sum = lossOfVector(kind, y, t, weight, mask, epsilonSquared);
    for (let channel = 1; channel < channels; channel++) {
      y += bytes; t += plane;
      sum = f32x4.add(sum, lossOfVector(kind, y, t, weight, mask, epsilonSquared));
    }
    loss = f32x4.add(loss, sum);
  }
  return loss;
}

/**
 * Replaces the output rows of a tile, `bytes` apart, by dL/dy and returns the loss in four partial sums. The rows of
 * the target are `plane` apart; pixels from `pixels` on count nothing.
 */
export function lossTile(
  kind: i32, channels: i32, output: usize, bytes: usize, target: usize, plane: usize, pixelWeight: usize,
  pixels: i32, epsilonSquared: f32,
): v128 {
  const e = f32x4.splat(epsilonSquared);
  if (kind == loss_mse) return lossOfKind(loss_mse, channels, output, bytes, target, plane, pixelWeight, pixels, e);
  if (kind == loss_l1) return lossOfKind(loss_l1, channels, output, bytes, target, plane, pixelWeight, pixels, e);
  return lossOfKind(loss_charbonnier, channels, output, bytes, target, plane, pixelWeight, pixels, e);
}
