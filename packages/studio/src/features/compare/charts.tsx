import type { JSX } from "preact";
import type { Examination } from "../../protocol/index.js";
import { lookTexts as texts } from "../../texts/index.js";

const WIDTH = 256;
const HEIGHT = 96;

export function Histogram({ histogram }: Pick<Examination, "histogram">): JSX.Element {
  // The ends hold what is clipped, and would flatten the rest.
  const inner = histogram.flatMap((counts) => counts.slice(1, -1));
  const top = Math.max(1, ...inner);
  return (
    <svg class="histogram" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={texts.compare.histogram}>
      {histogram.map((counts, channel) => (
        <path key={channel} class={["red", "green", "blue"][channel]} d={outline(counts, top)} />
      ))}
    </svg>
  );
}

function outline(counts: readonly number[], top: number): string {
  const step = WIDTH / counts.length;
  const points = counts.map((count, at) => {
    const y = HEIGHT * (1 - Math.min(1, count / top));
    return `L${(at * step).toFixed(1)} ${y.toFixed(1)}L${((at + 1) * step).toFixed(1)} ${y.toFixed(1)}`;
  });
  return `M0 ${HEIGHT}${points.join("")}L${WIDTH} ${HEIGHT}Z`;
}

export function Waveform({ waveform }: Pick<Examination, "waveform">): JSX.Element {
  const levels = waveform[0]?.length ?? 1;
  const [across, up] = [WIDTH / Math.max(1, waveform.length), HEIGHT / levels];
  // Four strengths, each one path: thousands of rectangles would make the page slow.
  const paths = [0, 1, 2, 3].map((strength) =>
    waveform
      .flatMap((column, x) => {
        const all = column.reduce((sum, count) => sum + count, 0);
        return column.map((count, level) => {
          const share = count / Math.max(1, all);
          const found = share === 0 ? -1 : Math.min(3, Math.floor(Math.log2(1 + 60 * share)));
          if (found !== strength) return "";
          return `M${(x * across).toFixed(1)} ${(HEIGHT - (level + 1) * up).toFixed(1)}h${across.toFixed(2)}v${up.toFixed(2)}h-${across.toFixed(2)}z`;
        });
      })
      .join(""),
  );
  return (
    <svg class="waveform" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={texts.compare.waveform}>
      {paths.map((path, strength) => (
        <path key={strength} d={path} opacity={(strength + 1) / 4} />
      ))}
    </svg>
  );
}
