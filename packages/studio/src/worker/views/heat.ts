/** Numbers as colours. */

type Stop = readonly [number, number, number];

/** Black, violet, orange, pale yellow: brightness rises evenly, so that it reads without colour vision too. */
export function heatColour(share: number): readonly [number, number, number, number] {
  const stops: readonly Stop[] = [
    [12, 8, 28],
    [104, 30, 110],
    [222, 96, 50],
    [252, 236, 160],
  ];
  const place = Math.min(0.999_999, Math.max(0, share)) * (stops.length - 1);
  const [low, part] = [Math.floor(place), place % 1];
  const mixed = (channel: 0 | 1 | 2): number =>
    Math.round((1 - part) * (stops[low] as Stop)[channel] + part * (stops[low + 1] as Stop)[channel]);
  return [mixed(0), mixed(1), mixed(2), 255];
}
