/**
 * Thresholds of ordered dithering (B. E. Bayer, "An optimum method for two-level rendition of continuous-tone
 * pictures", ICC 1973): rank k of 64 becomes (k + 1/2) / 64.
 */

export const DITHER_SIDE = 8;
const BITS = 3;

/** [8, 8], row by row; their mean is 1/2. */
export const ditherMatrix: Float32Array = Float32Array.from(
  { length: DITHER_SIDE * DITHER_SIDE },
  (_, entry) => threshold(entry % DITHER_SIDE, Math.floor(entry / DITHER_SIDE)),
);

/**
 * Bayer's recursion M(2n) = [4M, 4M + 2; 4M + 3, 4M + 1] takes two bits of the rank from each bit of the
 * position, the lowest first: the exclusive or of column and row, then the row.
 */
function threshold(column: number, row: number): number {
  let rank = 0;
  for (let bit = 0; bit < BITS; bit++) {
    const x = (column >> bit) & 1;
    const y = (row >> bit) & 1;
    rank = 4 * rank + 2 * (x ^ y) + y;
  }
  return (rank + 0.5) / (DITHER_SIDE * DITHER_SIDE);
}
