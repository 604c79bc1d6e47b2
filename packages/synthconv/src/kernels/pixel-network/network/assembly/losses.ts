/** The losses (AssemblyScript). Kernels export the codes, under the names of the table in ../losses.ts. */

export const loss_mse: i32 = 0;
export const loss_l1: i32 = 1;
export const loss_charbonnier: i32 = 2;

/**
 * Replaces 4 outputs by the gradient of their loss and returns their losses. Lanes outside `mask` become 0.
 * l1: |r| and sign(r), with sign(0) = 0. charbonnier: sqrt(r^2 + epsilon^2) and r / sqrt(r^2 + epsilon^2).
 */
@inline
export function lossOfVector(
  kind: i32, output: usize, target: usize, pixelWeight: v128, mask: v128, epsilonSquared: v128,
): v128 {
  const r = f32x4.sub(v128.load(output), v128.load(target));
  let loss: v128, d: v128;
  if (kind == loss_mse) {
    loss = f32x4.mul(r, r);
    d = f32x4.add(r, r);
  } else if (kind == loss_l1) {
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
