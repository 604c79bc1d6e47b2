/** Where a colour lies in the lattice, in float64 (AssemblyScript). Red and green are one vector, blue another. */

// `axes` holds these, each as four float64 {red, green, blue, unused}: the domain in the pixels' own numbers, steps
// of the lattice in one of these, bytes of a step of the lattice, and the last step at which a cell begins.
const LOW: usize = 0;
const HIGH: usize = 32;
const SCALE: usize = 64;
const STRIDE: usize = 96;
const LAST_CELL: usize = 128;

// Adding 1.5 * 2^52 puts a whole number below 2^31 into the last bits of a float64.
const ROUND: f64 = 6755399441055744;

/** Position in steps of the lattice, clamped to it; of blue with `axes` 16 bytes further. A NaN comes through. */
@inline
export function position(x: v128, axes: usize): v128 {
  const clamped = f64x2.pmin(f64x2.pmax(x, v128.load(axes, LOW)), v128.load(axes, HIGH));
  return f64x2.mul(f64x2.sub(clamped, v128.load(axes, LOW)), v128.load(axes, SCALE));
}

/** The cell of a position; 0 for NaN. */
@inline
export function cellOf(position: v128, axes: usize): v128 {
  return f64x2.pmin(f64x2.pmax(f64x2.splat(0), f64x2.floor(position)), v128.load(axes, LAST_CELL));
}

/** The byte offset in the lattice of the first corner of a cell. */
@inline
export function cornerOf(cellRedGreen: v128, cellBlue: v128, axes: usize): usize {
  let offset = f64x2.mul(cellRedGreen, v128.load(axes, STRIDE));
  offset = f64x2.add(offset, i64x2.shuffle(offset, offset, 1, 0));
  offset = f64x2.add(offset, f64x2.mul(cellBlue, v128.load(axes, STRIDE + 16)));
  return <usize>i32x4.extract_lane(f64x2.add(offset, f64x2.splat(ROUND)), 0);
}
