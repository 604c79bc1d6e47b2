/** Losses of a tile of pixels and their gradients, for any number of channels (AssemblyScript). */

// Numbers of the losses (pixelLossNames in pixel-network/network.ts holds the same); charbonnier is 2.
const MSE: i32 = 0;
const L1: i32 = 1;

/**
 * Replaces 4 outputs by the gradient of their loss and returns their losses. Lanes outside `mask` become 0.
 * l1: |r| and sign(r), with sign(0) = 0. charbonnier: sqrt(r^2 + epsilon^2) and r / sqrt(r^2 + epsilon^2).
 */
@inline
function lossOfVector(
  kind: i32, output: usize, target: usize, pixelWeight: v128, mask: v128, epsilonSquared: v128,
): v128 {
  const r = f32x4.sub(v128.load(output), v128.load(target));
  let loss: v128, d: v128;
  if (kind == MSE) {
    loss = f32x4.mul(r, r);
    d = f32x4.add(r, r);
  } else if (kind == L1) {
    loss = f32x4.abs(r);
    const one = f32x4.splat(1);
    d = v128.bitselect(r, v128.or(v128.and(r, f32x4.splat(-0.0)), one), f32x4.eq(loss, f32x4.splat(0)));
    d = v128.bitselect(d, r, f32x4.eq(r, r)); // sign(NaN) is NaN
  } else {
    loss = f32x4.sqrt(f32x4.add(f32x4.mul(r, r), epsilonSquared));
    d = f32x4.div(r, loss);
  }
  v128.store(output, v128.and(mask, f32x4.mul(d, pixelWeight)));
  return v128.and(mask, f32x4.mul(loss, pixelWeight));
}

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
  if (kind == MSE) return lossOfKind(MSE, channels, output, bytes, target, plane, pixelWeight, pixels, e);
  if (kind == L1) return lossOfKind(L1, channels, output, bytes, target, plane, pixelWeight, pixels, e);
  return lossOfKind(2, channels, output, bytes, target, plane, pixelWeight, pixels, e);
}
