/** Products of many small matrices that follow each other (AssemblyScript). */

import { multiplyAdd } from "../../base/assembly/simd";

/**
 * c = a b for each of `count` matrices. Results are written in vectors, row after row, so that behind the last there must be room
 * for 7 numbers, and behind the last of b for as many.
 *
 * @param aRow bytes from a row of a to the next.
 * @param aStep bytes from a number of a sum to the next.
 * @param size bytes of a matrix of a; those of b and c follow each other row by row.
 */
export function multiplySmall(
  a: usize, aRow: usize, aStep: usize, size: usize, b: usize, c: usize, count: i32, rows: i32, inner: i32,
  columns: i32,
): void {
  const line = <usize>columns << 2;
  for (let matrix = 0; matrix < count; matrix++) {
    for (let row = 0, ofA = a; row < rows; row++, ofA += aRow, c += line) {
      for (let column = 0; column < columns; column += 8) {
        let first = f32x4.splat(0), second = first;
        let p = ofA, q = b + (<usize>column << 2);
        for (let k = 0; k < inner; k++, p += aStep, q += line) {
          const factor = v128.load32_splat(p);
          first = multiplyAdd(factor, v128.load(q), first);
          second = multiplyAdd(factor, v128.load(q, 16), second);
        }
        const to = c + (<usize>column << 2);
        v128.store(to, first);
        if (columns - column > 4) v128.store(to, second, 16);
      }
    }
    a += size;
    b += <usize>inner * line;
  }
}

/** Each of `count` matrices [rows, columns] turned to [columns, rows]. */
export function turnSmall(from: usize, to: usize, count: i32, rows: i32, columns: i32): void {
  for (let matrix = 0; matrix < count; matrix++) {
    for (let row = 0; row < rows; row++) {
      let at = to + (<usize>row << 2);
      for (let column = 0; column < columns; column++, from += 4, at += <usize>rows << 2) {
        store<f32>(at, load<f32>(from));
      }
    }
    to += <usize>(rows * columns) << 2;
  }
}
