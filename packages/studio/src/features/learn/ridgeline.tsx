import type { JSX } from "preact";
import type { Ridge, RidgeSlice } from "../../state/index.js";
import { texts } from "../../texts/index.js";

const WIDTH = 240;
const HEIGHT = 90;
/** What the tallest bin of a slice takes. */
const PEAK = 26;

/** Histograms of one part over the steps, the first at the back, the newest in front. */
export function Ridgeline({ ridge }: { ridge: Ridge }): JSX.Element {
  const { name, shape, slices } = ridge;
  const { low, high } = rangeOf(slices);
  const x = (value: number): number => 1 + ((WIDTH - 2) * (value - low)) / (high - low || 1);
  const gap = (HEIGHT - PEAK - 2) / Math.max(1, slices.length - 1);
  const { network } = texts.learn;
  const norm = slices.at(-1)?.gradientNorm ?? null;
  const moves = hasMoved(slices);
  return (
    <figure class={norm === null || norm === 0 ? "ridge still" : "ridge"}>
      <figcaption>
        <span>{network.part(name, shape)}</span>
        <span class="gradient">{network.gradient(norm)}</span>
      </figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        role="img"
        aria-label={network.ridgeLabel(network.part(name, shape), slices.length, moves)}
      >
        {slices.map((slice, nth) => (
          <path key={slice.step} d={outline(slice, x, PEAK + nth * gap)} />
        ))}
      </svg>
      <p class="axis">
        <span>{low.toPrecision(2)}</span>
        <span>{high.toPrecision(2)}</span>
      </p>
    </figure>
  );
}

/** All slices share a scale, so that a histogram that widens is seen to. */
function rangeOf(slices: readonly RidgeSlice[]): { low: number; high: number } {
  const edges = slices.flatMap(({ histogram }) => [histogram.edges[0] ?? 0, histogram.edges.at(-1) ?? 0]);
  const low = Math.min(...edges);
  const high = Math.max(...edges);
  return low === high ? { low: low - 1, high: high + 1 } : { low, high };
}

/** Bins of a histogram are equally wide, so counts tell how dense it is; closed along its base line. */
function outline({ histogram }: RidgeSlice, x: (value: number) => number, base: number): string {
  const { edges, counts } = histogram;
  const most = Math.max(1, ...counts);
  const points = counts.map((count, bin) => {
    const middle = ((edges[bin] as number) + (edges[bin + 1] as number)) / 2;
    return `${x(middle).toFixed(1)},${(base - (PEAK * count) / most).toFixed(1)}`;
  });
  const left = x(edges[0] as number).toFixed(1);
  const right = x(edges.at(-1) as number).toFixed(1);
  return `M${left},${base.toFixed(1)}L${points.join("L")}L${right},${base.toFixed(1)}Z`;
}

function hasMoved(slices: readonly RidgeSlice[]): boolean {
  const [first] = slices;
  const last = slices.at(-1);
  if (first === undefined || last === undefined) return false;
  return first.histogram.edges.some((edge, nth) => edge !== last.histogram.edges[nth]);
}
