/** Interpolation of whole colours in float32, a colour a vector whose last lane is not used (AssemblyScript). */
import { multiplyAdd } from "../../base/assembly/simd";

/** `pair` is the entry of `corners` (kernel.ts) for the order of the fractions. */
@inline
export function tetrahedral(
  start: usize, pair: usize, diagonal: usize, most: v128, middle: v128, least: v128,
): v128 {
  const first = v128.load(start), last = v128.load(start + diagonal);
  const second = v128.load(start + load<u32>(pair)), third = v128.load(start + load<u32>(pair, 4));
  let colour = multiplyAdd(f32x4.sub(second, first), most, first);
  colour = multiplyAdd(f32x4.sub(third, second), middle, colour);
  return multiplyAdd(f32x4.sub(last, third), least, colour);
}

@inline
function along(p: usize, fraction: v128): v128 {
  const from = v128.load(p);
  return multiplyAdd(f32x4.sub(v128.load(p, 12), from), fraction, from);
}

@inline
export function trilinear(
  start: usize, stepGreen: usize, stepBlue: usize, red: v128, green: v128, blue: v128,
): v128 {
  let near = along(start, red), far = along(start + stepBlue, red);
  near = multiplyAdd(f32x4.sub(along(start + stepGreen, red), near), green, near);
  far = multiplyAdd(f32x4.sub(along(start + stepGreen + stepBlue, red), far), green, far);
  return multiplyAdd(f32x4.sub(far, near), blue, near);
}
