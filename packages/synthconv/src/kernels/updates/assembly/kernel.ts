/**
 * Steps of optimizers (AssemblyScript), in float64 between float32 arrays, in the order of the plain loops: the same bits, so that
 * no build may contract a multiply-add.
 */

import { high, low, narrow } from "../../base/assembly/vectors";

@inline
function blend(old: v128, kept: f64, part: v128): v128 {
  return f64x2.add(f64x2.mul(f64x2.splat(kept), old), part);
}

@inline
function moved(
  value: v128, mean: v128, meanSquare: v128, kept: f64, stepSize: f64, correction: f64, epsilon: f64,
): v128 {
  const root = f64x2.div(f64x2.sqrt(meanSquare), f64x2.splat(correction));
  const step = f64x2.div(f64x2.mul(f64x2.splat(stepSize), mean), f64x2.add(root, f64x2.splat(epsilon)));
  return f64x2.sub(f64x2.mul(f64x2.splat(kept), value), step);
}

/** One step of Adam, over all numbers of a parameter; ../adam.ts has the arguments. The last vector is written whole. */
export function adam(
  values: usize, gradient: usize, mean: usize, meanSquare: usize, count: i32,
  beta1: f64, beta2: f64, stepSize: f64, correction: f64, epsilon: f64, kept: f64, penalty: f64,
): void {
  const share1 = f64x2.splat(1 - beta1), share2 = f64x2.splat(1 - beta2), decay = f64x2.splat(penalty);
  const end = values + (<usize>count << 2);
  for (; values < end; values += 16, gradient += 16, mean += 16, meanSquare += 16) {
    const x = v128.load(values), g = v128.load(gradient), m = v128.load(mean), v = v128.load(meanSquare);
    const x0 = low(x), x1 = high(x);
    const g0 = f64x2.add(low(g), f64x2.mul(decay, x0)), g1 = f64x2.add(high(g), f64x2.mul(decay, x1));
    const means = narrow(blend(low(m), beta1, f64x2.mul(share1, g0)), blend(high(m), beta1, f64x2.mul(share1, g1)));
    const squares = narrow(
      blend(low(v), beta2, f64x2.mul(f64x2.mul(share2, g0), g0)),
      blend(high(v), beta2, f64x2.mul(f64x2.mul(share2, g1), g1)),
    );
    v128.store(mean, means);
    v128.store(meanSquare, squares);
    // From the rounded numbers, which are what is remembered.
    v128.store(values, narrow(
      moved(x0, low(means), low(squares), kept, stepSize, correction, epsilon),
      moved(x1, high(means), high(squares), kept, stepSize, correction, epsilon),
    ));
  }
}
