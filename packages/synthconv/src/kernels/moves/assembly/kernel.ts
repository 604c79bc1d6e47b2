/** Matrices whose axes change places (AssemblyScript). */

/** Bytes of a cache line, and the numbers of one. */
const LINE: usize = 64;
const IN_LINE: i32 = 16;

/** Four rows of four numbers, their axes exchanged. */
@inline
function block(from: usize, fromStep: usize, to: usize, toStep: usize): void {
  const a = v128.load(from), b = v128.load(from + fromStep);
  const c = v128.load(from + 2 * fromStep), d = v128.load(from + 3 * fromStep);
  const ab = i32x4.shuffle(a, b, 0, 4, 1, 5), cd = i32x4.shuffle(c, d, 0, 4, 1, 5);
  const ef = i32x4.shuffle(a, b, 2, 6, 3, 7), gh = i32x4.shuffle(c, d, 2, 6, 3, 7);
  v128.store(to, i64x2.shuffle(ab, cd, 0, 2));
  v128.store(to + toStep, i64x2.shuffle(ab, cd, 1, 3));
  v128.store(to + 2 * toStep, i64x2.shuffle(ef, gh, 0, 2));
  v128.store(to + 3 * toStep, i64x2.shuffle(ef, gh, 1, 3));
}

/** As `transpose`, number by number. */
@inline
function byNumbers(from: usize, fromStep: usize, to: usize, toStep: usize, rows: i32, columns: i32): void {
  for (let row = 0; row < rows; row++, from += fromStep, to += 4) {
    for (let column = 0, at = to; column < columns; column++, at += toStep) {
      store<f32>(at, load<f32>(from + (<usize>column << 2)));
    }
  }
}

/**
 * Row i of a matrix becomes column i of another: a cache line of columns at a time, so that all of each line that is read is
 * used before the next one.
 *
 * @param fromStep bytes from a row to the next, as is toStep.
 */
export function transpose(
  from: usize, fromStep: usize, to: usize, toStep: usize, rows: i32, columns: i32,
): void {
  const inBlocks = rows & ~3;
  for (; columns >= IN_LINE; columns -= IN_LINE, from += LINE, to += IN_LINE * toStep) {
    let at = from, target = to;
    for (let row = 0; row < inBlocks; row += 4, at += 4 * fromStep, target += 16) {
      block(at, fromStep, target, toStep);
      block(at + 16, fromStep, target + 4 * toStep, toStep);
      block(at + 32, fromStep, target + 8 * toStep, toStep);
      block(at + 48, fromStep, target + 12 * toStep, toStep);
    }
    byNumbers(at, fromStep, target, toStep, rows - inBlocks, IN_LINE);
  }
  byNumbers(from, fromStep, to, toStep, rows, columns);
}
