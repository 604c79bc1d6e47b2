/** Rows of planes that become wider, or narrower, than they are (AssemblyScript): numbers change their places and nothing else. */

/** An entry of a row, from its byte offset in the row that it is read from; below 0 it is the constant. */
@inline
function put(row: usize, offset: i32, value: i32, to: usize): void {
  store<i32>(to, offset < 0 ? value : load<i32>(row + <usize>offset));
}

/**
 * Rows from tables of places: `hasSource` says of each row of a plane whether it is read from the next row that lies at `from`, or is
 * the constant; `columns` has a byte offset for each entry. Those of a middle part follow each other, and go by vectors.
 *
 * @param y the row of a plane that comes first; behind the last row of a plane comes the first of the next.
 * @param step bytes from a row at `from` to the next.
 * @param middle the first entry of the middle part, and `length` entries of it.
 * @param value the constant's bits.
 */
export function moveRows(
  from: usize, step: usize, hasSource: usize, y: i32, height: i32,
  columns: usize, width: i32, middle: i32, length: i32,
  value: i32, to: usize, rows: i32,
): void {
  const bytes = <usize>width << 2;
  const first = <usize>middle << 2, end = <usize>(middle + length) << 2;
  const whole = first + (<usize>(length & ~3) << 2);
  const source = <usize>load<i32>(columns + first) - first;
  for (; rows > 0; rows--, to += bytes) {
    if (load<u8>(hasSource + <usize>y)) {
      let at: usize = 0;
      for (; at < first; at += 4) put(from, load<i32>(columns + at), value, to + at);
      for (; at < whole; at += 16) v128.store(to + at, v128.load(from + source + at));
      for (; at < end; at += 4) store<i32>(to + at, load<i32>(from + source + at));
      for (; at < bytes; at += 4) put(from, load<i32>(columns + at), value, to + at);
      from += step;
    } else {
      const vector = i32x4.splat(value);
      let at: usize = 0;
      for (; at + 16 <= bytes; at += 16) v128.store(to + at, vector);
      for (; at < bytes; at += 4) store<i32>(to + at, value);
    }
    if (++y == height) y = 0;
  }
}
