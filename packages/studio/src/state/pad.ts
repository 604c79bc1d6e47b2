/** A square whose corners are styles: where a point lies in it says how much of each there is. */

export interface Pad {
  /** Names of two to four styles: left and right, with three and four above, and below left and right. */
  readonly corners: readonly string[];
  /** 0 at the left, 1 at the right; 0 above, 1 below. */
  readonly x: number;
  readonly y: number;
}

/** As many as a square has. */
export const MAX_CORNERS = 4;

/** The first styles of a look, at its first one: what it is without a pad. */
export function padOf(styles: readonly string[]): Pad {
  return { corners: styles.slice(0, MAX_CORNERS), x: 0, y: 0 };
}

/** Shares by style, bilinear, those of 0 left out; where there are three the share of the fourth goes to both beside it. */
export function sharesOf({ corners, x, y }: Pad): Readonly<Record<string, number>> {
  const [across, down] = [Math.min(1, Math.max(0, x)), corners.length < 3 ? 0 : Math.min(1, Math.max(0, y))];
  const [first, second, third, last] = [
    (1 - across) * (1 - down),
    across * (1 - down),
    (1 - across) * down,
    across * down,
  ];
  const spread = corners.length === 3 ? last / 2 : 0;
  const all = [first, second + spread, third + spread, corners.length === 3 ? 0 : last];
  const shares: Record<string, number> = {};
  corners.forEach((name, at) => {
    const share = all[at] as number;
    if (share > 0) shares[name] = (shares[name] ?? 0) + share;
  });
  return shares;
}
