/** The curves of a look along the greys, as a drawing. */
import { applyNetwork, type PixelNetwork } from "synthconv/look";

const GREYS = 256;
const SIDE = 160;
const COLOURS = ["#c0392b", "#27864a", "#2c5fb3"] as const;

/** Of each channel a line from black to white; the diagonal is a look that changes nothing. */
export function greyCurves(network: PixelNetwork): string {
  const ramp = Float32Array.from({ length: 3 * GREYS }, (_, at) => Math.floor(at / 3) / (GREYS - 1));
  applyNetwork(network, ramp, { channels: 3 });
  const lines = COLOURS.map((colour, channel) => {
    const points = Array.from({ length: GREYS }, (_, grey) => {
      const value = Math.min(1, Math.max(0, ramp[3 * grey + channel] as number));
      return `${place(grey / (GREYS - 1))},${place(1 - value)}`;
    });
    return `<polyline points="${points.join(" ")}" stroke="${colour}"/>`;
  });
  return (
    `<svg class="greys" viewBox="0 0 ${SIDE} ${SIDE}" role="img" aria-label="curves of the greys">` +
    `<path d="M0 ${SIDE}L${SIDE} 0" stroke="#b8b2a7" stroke-dasharray="3 3"/>${lines.join("")}</svg>`
  );
}

function place(value: number): string {
  return (SIDE * value).toFixed(2);
}
