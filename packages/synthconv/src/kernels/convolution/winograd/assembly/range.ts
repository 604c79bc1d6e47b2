/**
 * How far apart neighbouring pixels are, over all channels (AssemblyScript). Winograd's transforms mix the pixels of a
 * tile: next to a pixel of 1e6 the digits of one of 0.5 are lost, even where its weight is 0 (README.md, accuracy).
 */

// Without the sign, floats compare as unsigned integers do.
@inline
function brighter(bright: v128, p: usize, q: usize): v128 {
  return i32x4.max_u(bright, i32x4.max_u(i32x4.shl(v128.load(p), 1), i32x4.shl(v128.load(q), 1)));
}

/** The brightest of two rows, `down` bytes apart, of all planes for each of `width` columns. */
function brightestColumns(
  row: usize, down: usize, width: i32, planeBytes: usize, channels: i32, columns: usize,
): void {
  const beyond = row + <usize>channels * planeBytes;
  let x = 0;
  for (; x + 16 <= width; x += 16, row += 64, columns += 64) {
    let a = i32x4.splat(0), b = a, c = a, d = a;
    for (let p = row; p < beyond; p += planeBytes) {
      const q = p + down;
      a = brighter(a, p, q); b = brighter(b, p + 16, q + 16);
      c = brighter(c, p + 32, q + 32); d = brighter(d, p + 48, q + 48);
    }
    v128.store(columns, a); v128.store(columns, b, 16); v128.store(columns, c, 32); v128.store(columns, d, 48);
  }
  for (; x + 4 <= width; x += 4, row += 16, columns += 16) {
    let a = i32x4.splat(0);
    for (let p = row; p < beyond; p += planeBytes) a = brighter(a, p, p + down);
    v128.store(columns, a);
  }
  for (; x < width; x++, row += 4, columns += 4) {
    let a: u32 = 0;
    for (let p = row; p < beyond; p += planeBytes) a = max(a, max(load<u32>(p) << 1, load<u32>(p + down) << 1));
    store<u32>(columns, a);
  }
}

/** The smaller of two magnitudes that is not 0: as unsigned integers, 0 less 1 is the largest. */
@inline
function leastBeyondZero(a: v128, b: v128): v128 {
  const one = i32x4.splat(1);
  return i32x4.add(i32x4.min_u(i32x4.sub(a, one), i32x4.sub(b, one)), one);
}

/**
 * Whether some tile of a block is more than `limit` times as bright as one of its halves (upper, lower, left, right)
 * that is not all zeros. What is bright is the largest magnitude of all channels. A tile is 2 x 2 cells of 2 x 2
 * pixels, and has two cells in common with the next. The block lies as `winogradImage` takes it. `lines`: room for 3.
 */
export function winogradIsWide(
  plane: usize, planeBytes: usize, planeRows: i32, width: i32, top: i32, left: i32, channels: i32, rows: i32, groups: i32,
  lines: usize, lineBytes: usize, limit: f32,
): bool {
  const rowBytes = <usize>width << 2, columns = lines, first = columns + (<usize>left << 2);
  const limits = f32x4.splat(limit), cells = 4 * groups;
  let above = lines + lineBytes, below = above + lineBytes;
  let wide = i32x4.splat(0);
  memory.fill(columns, 0, lineBytes);
  for (let row = 0; row <= rows; row++, top += 2) {
    const upper = max(top, 0), lower = min(top + 1, planeRows - 1);
    if (upper <= lower) {
      const from = plane + <usize>upper * rowBytes;
      brightestColumns(from, <usize>(lower - upper) * rowBytes, width, planeBytes, channels, first);
    } else memory.fill(columns, 0, lineBytes);
    // A tile more than there is: its first cells are the second ones of the last.
    for (let cell = 0, x = columns, to = below; cell <= cells; cell += 4, x += 32, to += 16) {
      const a = v128.load(x), b = v128.load(x, 16);
      const brightest = i32x4.max_u(i32x4.shuffle(a, b, 0, 2, 4, 6), i32x4.shuffle(a, b, 1, 3, 5, 7));
      v128.store(to, i32x4.shr_u(brightest, 1));
    }
    if (row > 0) {
      for (let cell = 0, a = above, b = below; cell < cells; cell += 4, a += 16, b += 16) {
        const p = v128.load(a), q = v128.load(a, 4), r = v128.load(b), s = v128.load(b, 4);
        const upper = i32x4.max_s(p, q), lower = i32x4.max_s(r, s);
        const darkest = leastBeyondZero(
          leastBeyondZero(upper, lower), leastBeyondZero(i32x4.max_s(p, r), i32x4.max_s(q, s)),
        );
        wide = v128.or(wide, f32x4.gt(i32x4.max_s(upper, lower), f32x4.mul(darkest, limits)));
      }
    }
    const line = above;
    above = below;
    below = line;
  }
  return v128.any_true(wide);
}
