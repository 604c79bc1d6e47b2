import type { JSX } from "preact";
import type { LossPoint } from "../../state/index.js";
import { texts } from "../../texts/index.js";
import { losses, settings } from "./shown.js";

const WIDTH = 320;
const HEIGHT = 96;

/** The loss over the steps, on a logarithmic scale: it falls by powers of ten. */
export function LossChart(): JSX.Element | null {
  const points = losses.value;
  if (points.length < 2) return null;
  const { steps } = settings.value;
  const { lowest, highest } = decadesOf(points);
  const x = (step: number): number => ((WIDTH - 2) * step) / steps;
  const y = (loss: number): number => {
    return 6 + ((HEIGHT - 12) * (highest - Math.log10(Math.max(loss, 1e-12)))) / (highest - lowest);
  };
  const path = points.map(({ step, loss }) => `${x(step).toFixed(1)},${y(loss).toFixed(1)}`).join(" ");
  const ticks = Array.from({ length: highest - lowest + 1 }, (_, nth) => highest - nth);
  return (
    <figure class="chart">
      <figcaption>{texts.learn.lossChart}</figcaption>
      <div class="plot">
        {ticks.map((power) => (
          <span key={power} style={{ top: `${(100 * y(10 ** power)) / HEIGHT}%` }}>
            {`1e${power}`}
          </span>
        ))}
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={labelOf(points)}>
          {ticks.map((power) => (
            <line key={power} class="grid" x1="0" x2={WIDTH} y1={y(10 ** power)} y2={y(10 ** power)} />
          ))}
          <polyline class="line" points={path} />
        </svg>
      </div>
    </figure>
  );
}

/** Whole powers of ten around all losses, one at least. */
function decadesOf(points: readonly LossPoint[]): { lowest: number; highest: number } {
  const logs = points.map(({ loss }) => Math.log10(Math.max(loss, 1e-12)));
  const lowest = Math.floor(Math.min(...logs));
  return { lowest, highest: Math.max(Math.ceil(Math.max(...logs)), lowest + 1) };
}

function labelOf(points: readonly LossPoint[]): string {
  const [first] = points;
  const last = points.at(-1);
  return texts.learn.lossLabel(first?.loss ?? 0, last?.loss ?? 0, last?.step ?? 0);
}
