/**
 * Histograms over the steps, one ridge behind the other as TensorBoard draws them: ridges that all look alike
 * are a parameter that does not move.
 */
import { largest } from "../../core/extremes.js";
import { evenly } from "../evenly.js";
import type { Histogram, HistogramRecord } from "../histogram.js";
import { coordinate, html, Markup } from "./markup.js";
import { numberText } from "./words.js";

const WIDTH = 300;
const RIDGE_HEIGHT = 44;
const STEP_DISTANCE = 9;
const AXIS_HEIGHT = 16;
const BINS = 60;
// More ridges than this hide each other.
const MAX_RIDGES = 24;

/** The ridges of one parameter's values, gradients or updates, oldest at the back; undefined for no data. */
export function ridgeline(records: readonly HistogramRecord[], title: string): Markup | undefined {
  const shown = evenly(records, MAX_RIDGES);
  const range = rangeOf(shown.map(({ histogram }) => histogram));
  if (range === undefined) return undefined;
  const densities = shown.map(({ histogram }) => resampled(histogram, range));
  const highest = largest(densities.flat());
  const height = RIDGE_HEIGHT + (shown.length - 1) * STEP_DISTANCE + AXIS_HEIGHT;
  const ridges = densities.map((density, index) => {
    const base = RIDGE_HEIGHT + index * STEP_DISTANCE;
    const points = density.map((value, bin) => {
      const x = ((bin + 0.5) / BINS) * WIDTH;
      const y = base - (highest > 0 ? value / highest : 0) * (RIDGE_HEIGHT - 4);
      return `${coordinate(x)} ${coordinate(y)}`;
    });
    const age = Math.round(35 + (55 * (index + 1)) / densities.length);
    return html`<path d="M0 ${base}L${points.join("L")}L${WIDTH} ${base}" style="--age:${age}%"><title>${`step ${shown[index]?.step ?? 0}`}</title></path>`;
  });
  const nonFinite = records.reduce((sum, { histogram }) => sum + histogram.nonFinite, 0);
  const [first, last] = [shown[0]?.step ?? 0, shown.at(-1)?.step ?? 0];
  const warning = nonFinite === 0 ? undefined : html` <b class="bad">${nonFinite} not finite</b>`;
  return html`<figure class="ridges"><figcaption>${title}${warning}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}, steps ${first} to ${last}, from ${numberText(range[0])} to ${numberText(range[1])}">${ridges}
<text x="0" y="${height - 4}">${numberText(range[0])}</text><text x="${WIDTH}" y="${height - 4}" class="end">${numberText(range[1])}</text>
<text x="${WIDTH / 2}" y="${height - 4}" class="middle">${first === last ? `step ${first}` : `steps ${first} to ${last}`}</text></svg></figure>`;
}

/** From the lowest to the highest edge of a bin that is not empty, over all histograms. */
function rangeOf(histograms: readonly Histogram[]): [number, number] | undefined {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const { edges, counts } of histograms) {
    counts.forEach((count, bin) => {
      if (count === 0) return;
      low = Math.min(low, edges[bin] as number);
      high = Math.max(high, edges[bin + 1] as number);
    });
  }
  if (!Number.isFinite(low) || !Number.isFinite(high)) return undefined;
  // Entries that are all equal stand in the middle of a range of their own size.
  const slack = high > low ? 0 : Math.abs(high) || 1;
  return [low - slack, high + slack];
}

/** Shares of the entries in equal bins of the range, as if each bin's entries were spread evenly over it. */
function resampled({ edges, counts }: Histogram, [low, high]: readonly [number, number]): number[] {
  const shares = new Array<number>(BINS).fill(0);
  const total = counts.reduce((sum, count) => sum + count, 0);
  const width = (high - low) / BINS;
  counts.forEach((count, bin) => {
    if (count === 0) return;
    const [from, to] = [edges[bin] as number, edges[bin + 1] as number];
    const at = (value: number): number => Math.min(Math.max(Math.floor((value - low) / width), 0), BINS - 1);
    for (let target = at(from); target <= at(to); target++) {
      const start = Math.max(from, low + target * width);
      const end = Math.min(to, low + (target + 1) * width);
      const share = to > from ? Math.max(0, end - start) / (to - from) : Number(target === at(from));
      shares[target] = (shares[target] as number) + (share * count) / total;
    }
  });
  return shares;
}

export const ridgelineStyle: Markup = new Markup(`
.ridges { margin: 0; }
.ridges svg { display: block; width: 100%; max-width: 340px; }
.ridges figcaption { color: var(--quiet); font-size: .8rem; margin-bottom: .2rem; }
.ridges path { fill: color-mix(in srgb, var(--accent) var(--age), var(--card)); stroke: var(--card); stroke-width: .8; }
.ridges text { fill: var(--quiet); font-size: 10px; }
.ridges .end { text-anchor: end; }
.ridges .middle { text-anchor: middle; }
.ridge-rows { display: grid; grid-template-columns: repeat(auto-fit, minmax(220px, 1fr)); gap: .5rem 1.5rem; }
`);
