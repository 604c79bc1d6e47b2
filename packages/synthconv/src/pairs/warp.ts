/** Where a pixel before lies after: an affine map, and the radial term of a lens correction. */

/**
 * From pixels before, counted from the center of the photo in half diagonals (u, v; a corner is 1 away), to pixels after,
 * counted in the same unit of the photo after: `u' = xx a + xy b + x0`, `v' = yx a + yy b + y0` with
 * `(a, b) = (u, v) (1 + k (u^2 + v^2))`, the first term of Brown's model of lenses.
 */
export interface Warp {
  readonly xx: number;
  readonly xy: number;
  readonly x0: number;
  readonly yx: number;
  readonly yy: number;
  readonly y0: number;
  readonly k: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

export const IDENTITY: Warp = { xx: 1, xy: 0, x0: 0, yx: 0, yy: 1, y0: 0, k: 0 };

export function halfDiagonal({ width, height }: Size): number {
  return Math.hypot(width, height) / 2;
}

export function warped({ xx, xy, x0, yx, yy, y0, k }: Warp, u: number, v: number): [u: number, v: number] {
  const bend = 1 + k * (u * u + v * v);
  const [a, b] = [u * bend, v * bend];
  return [xx * a + xy * b + x0, yx * a + yy * b + y0];
}

/** The point before that the warp brings to a point after. */
export function unwarped({ xx, xy, x0, yx, yy, y0, k }: Warp, u: number, v: number): [u: number, v: number] {
  const determinant = xx * yy - xy * yx;
  const [x, y] = [u - x0, v - y0];
  const [a, b] = [(yy * x - xy * y) / determinant, (xx * y - yx * x) / determinant];
  // Lenses bend by a few per cent: each round is closer by as much.
  let [before, beside] = [a, b];
  for (let round = 0; round < 6; round++) {
    const bend = 1 + k * (before * before + beside * beside);
    [before, beside] = [a / bend, b / bend];
  }
  return [before, beside];
}

/** Pixels after for one before. */
export function scaleOf(warp: Warp, before: Size, after: Size): number {
  const { xx, xy, yx, yy } = warp;
  return (Math.sqrt(Math.abs(xx * yy - xy * yx)) * halfDiagonal(after)) / halfDiagonal(before);
}

/** The farthest that a corner or the center before moves, in pixels after, beside the change of size of the whole. */
export function movementOf(warp: Warp, before: Size, after: Size): number {
  const unit = halfDiagonal(after);
  const [w, h] = [before.width / 2 / halfDiagonal(before), before.height / 2 / halfDiagonal(before)];
  const full = wholeFrame(before, after);
  const points = [
    [0, 0],
    [-w, -h],
    [w, -h],
    [-w, h],
    [w, h],
  ] as const;
  return points.reduce((most, [u, v]) => {
    const [x, y] = warped(warp, u, v);
    const [fullX, fullY] = warped(full, u, v);
    return Math.max(most, unit * Math.hypot(x - fullX, y - fullY));
  }, 0);
}

/** How far the corners of a square of 2 x 2 around the center go at most between the two, in half diagonals. */
export function distanceOf(one: Warp, other: Warp): number {
  return CORNERS.reduce((most, [u, v]) => {
    const [x, y] = warped(one, u, v);
    const [otherX, otherY] = warped(other, u, v);
    return Math.max(most, Math.hypot(x - otherX, y - otherY));
  }, 0);
}

const CORNERS = [
  [-1, -1],
  [1, -1],
  [-1, 1],
  [1, 1],
] as const;

/** The shift alone, by whole pixels, of photos of one size. */
export function wholePixels({ x0, y0 }: Warp, size: Size): Warp {
  const unit = halfDiagonal(size);
  return { ...IDENTITY, x0: Math.round(x0 * unit) / unit, y0: Math.round(y0 * unit) / unit };
}

/** All of one photo on all of the other. */
export function wholeFrame(before: Size, after: Size): Warp {
  const ratio = halfDiagonal(before) / halfDiagonal(after);
  return {
    ...IDENTITY,
    xx: (ratio * after.width) / before.width,
    yy: (ratio * after.height) / before.height,
  };
}
