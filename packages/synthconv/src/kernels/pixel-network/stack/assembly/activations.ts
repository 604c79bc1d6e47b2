/**
 * The activations and what else is done to the sums of a layer before they are stored (AssemblyScript). The kernel
 * exports the codes, under the names of the table in pixel-network/network/activations.ts.
 *
 * Their gradients read the activation's result h at the place where they are stored: h > 0 exactly where z > 0, as slopes
 * are in [0, 1], and the slope of tanh is 1 - h^2. What is not known from h cannot be here, nor what makes a number
 * larger: the kernel fills groups of pixels up with zeros, whose results must stay finite.
 */

export const activation_none: i32 = 0;
export const activation_relu: i32 = 1;
export const activation_leakyRelu: i32 = 2;
export const activation_tanh: i32 = 3;
/** Added to an activation: its gradient. */
export const GRADIENT: i32 = 64;

/** dL/dz from h and dL/dh. A NaN lets the gradient through relu and takes the slope of leakyRelu, as in PyTorch. */
@inline
export function activationGradient(activation: i32, h: v128, gradient: v128, slope: v128): v128 {
  if (activation == activation_relu) return v128.andnot(gradient, f32x4.le(h, f32x4.splat(0)));
  if (activation == activation_leakyRelu) {
    return v128.bitselect(gradient, f32x4.mul(gradient, slope), f32x4.gt(h, f32x4.splat(0)));
  }
  if (activation == activation_tanh) return f32x4.mul(gradient, f32x4.sub(f32x4.splat(1), f32x4.mul(h, h)));
  return gradient;
}

/** From here on float32 rounds tanh to 1; the quotient below leaves [-1, 1] a little later. */
const TANH_END: f32 = 9.0;

/**
 * tanh of 4 numbers: x p(x^2) / q(x^2), the quotient of Eigen's `generic_fast_tanh_float` (degrees 13 and 6), off by some
 * 3 units in the last place, held to [-1, 1]. A NaN stays one.
 */
function tanh(value: v128): v128 {
  const x = f32x4.max(f32x4.min(value, f32x4.splat(TANH_END)), f32x4.splat(-TANH_END));
  const square = f32x4.mul(x, x);
  let p = f32x4.splat(-2.76076847742355e-16);
  p = f32x4.add(f32x4.mul(p, square), f32x4.splat(2.00018790482477e-13));
  p = f32x4.add(f32x4.mul(p, square), f32x4.splat(-8.60467152213735e-11));
  p = f32x4.add(f32x4.mul(p, square), f32x4.splat(5.12229709037114e-8));
  p = f32x4.add(f32x4.mul(p, square), f32x4.splat(1.48572235717979e-5));
  p = f32x4.add(f32x4.mul(p, square), f32x4.splat(6.37261928875436e-4));
  p = f32x4.add(f32x4.mul(p, square), f32x4.splat(4.89352455891786e-3));
  let q = f32x4.splat(1.19825839466702e-6);
  q = f32x4.add(f32x4.mul(q, square), f32x4.splat(1.18534705686654e-4));
  q = f32x4.add(f32x4.mul(q, square), f32x4.splat(2.268434632439e-3));
  q = f32x4.add(f32x4.mul(q, square), f32x4.splat(4.89352518554385e-3));
  const quotient = f32x4.div(f32x4.mul(x, p), q);
  return f32x4.max(f32x4.min(quotient, f32x4.splat(1)), f32x4.splat(-1));
}

/** Puts tanh in the place of sums that are stored: a call for each block, its text being too long for `storeResult`. */
function tanhOfBlock(outputs: i32, to: usize, step: usize): void {
  for (let output = 0; output < outputs; output++) {
    v128.store(to, tanh(v128.load(to)));
    v128.store(to + 16, tanh(v128.load(to + 16)));
    to += step;
  }
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
  // tanh shares the text of none: with a block of its own the kernel took 52 s to compile, so it takes 5.
  if (finish == activation_none || finish == activation_tanh) {
    storeBlock(outputs, activation_none, slope, to, step, p0, p1, q0, q1, r0, r1, s0, s1);
    if (finish == activation_tanh) tanhOfBlock(outputs, to, step);
  } else if (finish == activation_relu) storeBlock(outputs, activation_relu, slope, to, step, p0, p1, q0, q1, r0, r1, s0, s1);
  else if (finish == activation_leakyRelu) storeBlock(outputs, activation_leakyRelu, slope, to, step, p0, p1, q0, q1, r0, r1, s0, s1);
  else if (finish == GRADIENT + activation_relu) {
    storeBlock(outputs, GRADIENT + activation_relu, slope, to, step, p0, p1, q0, q1, r0, r1, s0, s1);
  } else if (finish == GRADIENT + activation_tanh) {
    storeBlock(outputs, GRADIENT + activation_tanh, slope, to, step, p0, p1, q0, q1, r0, r1, s0, s1);
  } else storeBlock(outputs, GRADIENT + activation_leakyRelu, slope, to, step, p0, p1, q0, q1, r0, r1, s0, s1);
}

/** The gradient of any activation but none. */
@inline
export function gradientOfAny(activation: i32, h: v128, gradient: v128, slope: v128): v128 {
  if (activation == activation_tanh) return activationGradient(activation_tanh, h, gradient, slope);
  return activation == activation_relu
    ? activationGradient(activation_relu, h, gradient, slope)
    : activationGradient(activation_leakyRelu, h, gradient, slope);
}
