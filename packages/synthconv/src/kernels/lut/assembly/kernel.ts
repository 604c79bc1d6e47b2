/**
 * Lookup in a lattice of N x N x N colours (AssemblyScript; README.md derives it and gives the error bounds).
 *
 * The lattice is `[N,N,N,3]` float32, red fastest; a corner is read as 16 bytes, whose last lane is not used.
 * `corners` is a table of pairs of byte offsets, by the order of the fractions (bit 0 where red > green, bit 4 where
 * green > blue, bit 8 where red > blue): from a cell's first corner to the second and to the third of its
 * tetrahedron. The fourth is the far end of the cell's diagonal.
 */
export { eightBit } from "./eight-bit";
export { exact } from "./exact";
export { float } from "./float";

// Kinds of lattices.
export const NOT_FINITE: i32 = 0;
export const FINITE: i32 = 1;
export const UNIT: i32 = 2;

/** What the numbers of a lattice of `bytes` (16 or more) are: UNIT where all lie in 0..1. */
export function kindOfLattice(lattice: usize, bytes: usize): i32 {
  const last = lattice + bytes - 16;
  let signs = i32x4.splat(0), most = i32x4.splat(0);
  for (let p = lattice; p < lattice + bytes; p += 16) {
    // The last vector overlaps the one before it. Adding 0 turns -0 into 0.
    const bits = f32x4.add(v128.load(min(p, last)), f32x4.splat(0));
    signs = v128.or(signs, bits);
    most = i32x4.max_u(most, i32x4.shl(bits, 1));
  }
  // Without their signs, float32 numbers are in the order of their bits.
  if (v128.any_true(i32x4.ge_u(most, i32x4.splat(0xff000000)))) return NOT_FINITE;
  if (i32x4.bitmask(signs) || v128.any_true(i32x4.gt_u(most, i32x4.splat(0x7f000000)))) return FINITE;
  return UNIT;
}
