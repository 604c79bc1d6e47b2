/** A row of numbers as a line in a table's cell, on a logarithmic scale: gradients differ by powers of ten. */
import { largest, smallest } from "../../core/extremes.js";
import { coordinate, html, type Markup } from "./markup.js";
import { numberText } from "./words.js";

const WIDTH = 84;
const HEIGHT = 22;
const MARGIN = 3;

// Half a pixel each.
const MAX_POINTS = 2 * WIDTH;

export function sparkline(steps: readonly (number | null)[]): Markup {
  const values = largestOfStretches(steps);
  const positive = values.filter((value): value is number => value !== null && value > 0 && value < Infinity);
  if (positive.length === 0)
    return html`<span class="quiet">${values.some((value) => value === 0) ? "zero" : "none"}</span>`;
  const [low, high] = [Math.log(smallest(positive)), Math.log(largest(positive))];
  const x = (index: number): number =>
    MARGIN + (values.length < 2 ? 0.5 : index / (values.length - 1)) * (WIDTH - 2 * MARGIN);
  // A norm that stays within a factor of e is drawn as nearly flat, not blown up to the height of the cell.
  const y = (value: number): number => {
    const share = (Math.log(value) - (low + high) / 2) / Math.max(high - low, 1);
    return HEIGHT / 2 - share * (HEIGHT - 2 * MARGIN);
  };
  const runs: string[] = [];
  let isOpen = false;
  values.forEach((value, index) => {
    const isDrawn = value !== null && value > 0 && value < Number.POSITIVE_INFINITY;
    if (isDrawn)
      runs.push(`${isOpen ? "L" : "M"}${coordinate(x(index))} ${coordinate(y(value))}${isOpen ? "" : "h0"}`);
    isOpen = isDrawn;
  });
  const text = `from ${numberText(Math.exp(low))} to ${numberText(Math.exp(high))}`;
  return html`<svg class="spark" viewBox="0 0 ${WIDTH} ${HEIGHT}" width="${WIDTH}" height="${HEIGHT}" role="img" aria-label="${text}"><title>${text}</title><path d="${runs.join("")}"/></svg>`;
}

/** As many values as can be told apart: of each stretch of steps the largest, so that an explosion stays to be seen. */
function largestOfStretches(values: readonly (number | null)[]): readonly (number | null)[] {
  if (values.length <= MAX_POINTS) return values;
  return Array.from({ length: MAX_POINTS }, (_, index) => {
    const from = Math.floor((index * values.length) / MAX_POINTS);
    const end = Math.floor(((index + 1) * values.length) / MAX_POINTS);
    const known = values.slice(from, end).filter((value) => value !== null);
    return known.length === 0 ? null : largest(known);
  });
}
