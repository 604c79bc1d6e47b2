/** What of an app's edit is not colour, and strong enough to be told. */
import type { NotColour } from "./separate.js";

export interface ChartFinding {
  readonly kind: Exclude<keyof NotColour, "scatter">;
  /** In the unit of `NotColour`. */
  readonly value: number;
}

/** What JPEG alone does to a chart: codes of 255, shares, and grain in codes of 255. */
const SEEN: Readonly<Record<ChartFinding["kind"], number>> = {
  ...{ vignette: 3, leftToRight: 3, topToBottom: 3 },
  ...{ sharpening: 0.02, localContrast: 0.02 },
  grain: 2.5,
};

/** Empty for an edit of colours alone, as far as the picture shows it. */
export function chartFindings(notColour: NotColour): ChartFinding[] {
  const kinds = Object.keys(SEEN) as ChartFinding["kind"][];
  return kinds.flatMap((kind) => {
    const value = notColour[kind];
    return value !== null && Math.abs(value) > SEEN[kind] ? [{ kind, value }] : [];
  });
}
