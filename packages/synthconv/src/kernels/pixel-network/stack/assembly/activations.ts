/**
 * The activations and what else is done to the sums of a layer before they are stored (AssemblyScript). The kernel
 * exports the codes, under the names of the table in pixel-network/network/activations.ts.
 *
 * Their gradients read the activation's result h at the place where they are stored: h > 0 exactly where z > 0, as slopes
 * are in [0, 1]. What is not known from h cannot be here, nor what makes a number larger: the kernel fills groups of
 * pixels up with zeros, whose results must stay finite.
 */

export const activation_none: i32 = 0;
export const activation_relu: i32 = 1;
export const activation_leakyRelu: i32 = 2;
/** Added to an activation: its gradient. */
export const GRADIENT: i32 = 64;

/** dL/dz from h and dL/dh. A NaN lets the gradient through relu and takes the slope of leakyRelu, as in PyTorch. */
@inline
export function activationGradient(activation: i32, h: v128, gradient: v128, slope: v128): v128 {
  if (activation == activation_relu) return v128.andnot(gradient, f32x4.le(h, f32x4.splat(0)));
  if (activation == activation_leakyRelu) {
    return v128.bitselect(gradient, f32x4.mul(gradient, slope), f32x4.gt(h, f32x4.splat(0)));
  }
  return gradient;
}

// pmax(z, other) is `z < other ? other : z`: a NaN in z stays a NaN.
@inline
function storeResult(finish: i32, to: usize, value: v128, slope: v128): void {
  if (finish == activation_relu) value = f32x4.pmax(value, f32x4.splat(0));
  if (finish == activation_leakyRelu) value = f32x4.pmax(value, f32x4.mul(value, slope));
  if (finish >= GRADIENT) value = activationGradient(finish - GRADIENT, v128.load(to), value, slope);
  v128.store(to, value);
}

@inline
function storeBlock(
  outputs: i32, finish: i32, slope: v128, to: usize, step: usize,
  p0: v128, p1: v128, q0: v128, q1: v128, r0: v128, r1: v128, s0: v128, s1: v128,
): void {
  storeResult(finish, to, p0, slope); storeResult(finish, to + 16, p1, slope);
  if (outputs > 1) {
    to += step;
    storeResult(finish, to, q0, slope); storeResult(finish, to + 16, q1, slope);
  }
  if (outputs > 2) {
    to += step;
    storeResult(finish, to, r0, slope); storeResult(finish, to + 16, r1, slope);
  }
  if (outputs > 3) {
    to += step;
    storeResult(finish, to, s0, slope); storeResult(finish, to + 16, s1, slope);
  }
}

@inline
export function storeFinished(
  outputs: i32, finish: i32, slope: v128, to: usize, step: usize,
  p0: v128, p1: v128, q0: v128, q1: v128, r0: v128, r1: v128, s0: v128, s1: v128,
): void {
  if (finish == activation_none) storeBlock(outputs, activation_none, slope, to, step, p0, p1, q0, q1, r0, r1, s0, s1);
  else if (finish == activation_relu) storeBlock(outputs, activation_relu, slope, to, step, p0, p1, q0, q1, r0, r1, s0, s1);
  else if (finish == activation_leakyRelu) storeBlock(outputs, activation_leakyRelu, slope, to, step, p0, p1, q0, q1, r0, r1, s0, s1);
  else if (finish == GRADIENT + activation_relu) {
    storeBlock(outputs, GRADIENT + activation_relu, slope, to, step, p0, p1, q0, q1, r0, r1, s0, s1);
  } else storeBlock(outputs, GRADIENT + activation_leakyRelu, slope, to, step, p0, p1, q0, q1, r0, r1, s0, s1);
}

/** The gradient of any activation but none. */
@inline
export function gradientOfAny(activation: i32, h: v128, gradient: v128, slope: v128): v128 {
  return activation == activation_relu
    ? activationGradient(activation_relu, h, gradient, slope)
    : activationGradient(activation_leakyRelu, h, gradient, slope);
}
