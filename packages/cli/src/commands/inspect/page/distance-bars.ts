/** How far the error of a look grows with the distance from the colours that it saw, as a drawing. */
import type { LookSchema } from "synthconv/look";
import { distanceRows } from "../../../report/by-distance.js";

const HEIGHT = 140;
/** Of a distance: its bar, and what lies between it and the next. */
const WIDTH = 90;
const BAR = 44;
/** Above the bars and below them, for their texts. */
const TEXT = 20;

/** A bar for the mean of each distance, with a stroke where 95 % lie below; empty where nothing was measured. */
export function distanceBars(schema: LookSchema): string {
  const rows = distanceRows(schema);
  const most = rows.reduce((largest, { error }) => Math.max(largest, error?.p95 ?? 0), 0);
  if (rows.length === 0) return "";
  const heightOf = (value: number): number => (most === 0 ? 0 : (HEIGHT * value) / most);
  const bars = rows.map(({ cells, error }, nth) => {
    const left = nth * WIDTH + (WIDTH - BAR) / 2;
    const middle = left + BAR / 2;
    const floor = TEXT + HEIGHT;
    const name = `<text x="${middle}" y="${floor + TEXT - 4}">${cells}</text>`;
    if (error === null) return `${name}<text x="${middle}" y="${floor - 4}">not known</text>`;
    const [mean, p95] = [heightOf(error.mean), heightOf(error.p95)];
    return (
      `${name}<rect x="${left}" y="${(floor - mean).toFixed(1)}" width="${BAR}" height="${mean.toFixed(1)}"/>` +
      `<path d="M${left} ${(floor - p95).toFixed(1)}h${BAR}"/>` +
      `<text x="${middle}" y="${(floor - p95 - 5).toFixed(1)}">${error.mean.toFixed(2)}</text>`
    );
  });
  return (
    "<h2>How the error grows with the distance from the colours that it saw</h2>" +
    "<p>Mean deltaE 2000 by the distance in 16ths of a channel's range; 95 % lie below the stroke.</p>" +
    `<svg class="distances" viewBox="0 0 ${rows.length * WIDTH} ${HEIGHT + 2 * TEXT}" role="img" aria-label="error by distance">${bars.join("")}</svg>`
  );
}
