/** Colours of the drawn examples: sRGB-encoded, 0 to 1. */
export type Rgb = readonly [number, number, number];

export function mix(a: Rgb, b: Rgb, share: number): Rgb {
  const at = Math.min(Math.max(share, 0), 1);
  return [a[0] + (b[0] - a[0]) * at, a[1] + (b[1] - a[1]) * at, a[2] + (b[2] - a[2]) * at];
}

export function scaled([r, g, b]: Rgb, factor: number): Rgb {
  return [r * factor, g * factor, b * factor];
}

/** From 0 below `low` to 1 above `high`, without a corner. */
export function smooth(low: number, high: number, value: number): number {
  const at = Math.min(Math.max((value - low) / (high - low), 0), 1);
  return at * at * (3 - 2 * at);
}

/** A number from 0 to 1 for a place of a grid, the same every time. */
export function hash(x: number, y: number): number {
  let bits = Math.imul(x | 0, 0x27d4eb2d) ^ Math.imul(y | 0, 0x165667b1);
  bits = Math.imul(bits ^ (bits >>> 15), 0x85ebca6b);
  return ((bits ^ (bits >>> 13)) >>> 0) / 2 ** 32;
}

/** Smooth noise between the numbers of a grid, 0 to 1. */
export function noise(x: number, y: number): number {
  const left = Math.floor(x);
  const top = Math.floor(y);
  const across = smooth(0, 1, x - left);
  const down = smooth(0, 1, y - top);
  const upper = hash(left, top) * (1 - across) + hash(left + 1, top) * across;
  const lower = hash(left, top + 1) * (1 - across) + hash(left + 1, top + 1) * across;
  return upper * (1 - down) + lower * down;
}

/** Noise of several sizes, 0 to 1. */
export function roughness(x: number, y: number): number {
  return 0.55 * noise(x, y) + 0.3 * noise(2.1 * x + 7, 2.1 * y + 3) + 0.15 * noise(4.3 * x, 4.3 * y + 11);
}
