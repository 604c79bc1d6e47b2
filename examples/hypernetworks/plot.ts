/** Curves as an SVG picture. */
export interface Curves {
  readonly name: string;
  readonly color: string;
  readonly curves: readonly (readonly (readonly [x: number, y: number])[])[];
}

const WIDTH = 640;
const HEIGHT = 400;
const MARGIN = 48;
const TOP = 84;

/** One coordinate system for all; the ranges are those of the first family. */
export function plotCurves(title: string, families: readonly Curves[]): string {
  const points = (families[0]?.curves ?? []).flat();
  const [left, right] = rangeOf(points.map(([x]) => x));
  const [bottom, top] = rangeOf(points.map(([, y]) => y));
  const across = (x: number): number => MARGIN + ((x - left) / (right - left)) * (WIDTH - 2 * MARGIN);
  const down = (y: number): number => {
    const share = Math.min(1.1, Math.max(-0.1, (y - bottom) / (top - bottom)));
    return HEIGHT - MARGIN - share * (HEIGHT - MARGIN - TOP);
  };
  const path = (curve: readonly (readonly [number, number])[], color: string): string => {
    const line = curve.map(([x, y]) => `${across(x).toFixed(1)},${down(y).toFixed(1)}`).join(" ");
    return `<polyline points="${line}" fill="none" stroke="${color}" stroke-width="2"/>`;
  };
  const ticks = (from: number, to: number): number[] =>
    Array.from({ length: 5 }, (_, i) => from + ((to - from) * i) / 4);
  const text = (x: number, y: number, anchor: string, content: string, color = "#333333"): string =>
    `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="${color}">${content}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<title>${title}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    `<path d="M${MARGIN},${TOP}V${HEIGHT - MARGIN}H${WIDTH - MARGIN}" fill="none" stroke="#333333"/>`,
    ...ticks(left, right).map((x) => text(across(x), HEIGHT - MARGIN + 18, "middle", shortest(x))),
    ...ticks(bottom, top).map((y) => text(MARGIN - 8, down(y) + 4, "end", shortest(y))),
    ...families.flatMap(({ color, curves }) => curves.map((curve) => path(curve, color))),
    text(MARGIN, 24, "start", title),
    ...families.map(({ name, color }, index) => text(WIDTH - MARGIN, 24 + 16 * index, "end", name, color)),
    "</svg>\n",
  ].join("\n");
}

function rangeOf(values: readonly number[]): readonly [number, number] {
  return [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
}

function shortest(value: number): string {
  return String(Number(value.toFixed(2)));
}
