/** What the report and the document say of a chart. */
import type { ChartReading } from "synthconv/fit";
import { type ChartFinding, chartFindings } from "synthconv/internal";

/** What a chart was found to be. */
export type ChartRecord = Omit<ChartReading, "values">;

/** How it was found, and what of the edit is not colour: a look does not have that. */
export function chartLines({ scale, turned, mirrored, patches, notColour }: ChartRecord): string[] {
  const turn = Math.abs(turned) < 0.1 ? "upright" : `turned by ${turned.toFixed(1)} degrees`;
  const found = `the chart: ${(100 * scale).toFixed(1)} % of its size, ${turn}${mirrored ? ", mirrored" : ""}, ${patches} patches`;
  const { vignette, leftToRight, topToBottom, scatter } = notColour;
  const parts = chartFindings(notColour).map(wordsOf);
  const what =
    parts.length === 0
      ? "its edit is of colours alone"
      : `not of colours, and not in the look: ${parts.join(", ")}`;
  const isCropped = [vignette, leftToRight, topToBottom].includes(null);
  const unmeasured = isCropped
    ? ["it is cropped: a vignette or gradient is taken out, and not measured"]
    : [];
  return [
    found,
    ...unmeasured,
    `${what}; places of one colour differ by ${scatter.toFixed(1)} of 255 besides`,
  ];
}

function wordsOf({ kind, value }: ChartFinding): string {
  const codes = `${value > 0 ? "+" : ""}${value.toFixed(0)} of 255`;
  const percent = `${(100 * value).toFixed(0)} %`;
  switch (kind) {
    case "vignette":
      return `a vignette (a middle grey by ${codes} in the corners)`;
    case "leftToRight":
      return `a gradient (${codes} from left to right)`;
    case "topToBottom":
      return `a gradient (${codes} from top to bottom)`;
    case "sharpening":
      return `sharpening (by ${percent})`;
    case "localContrast":
      return `local contrast (by ${percent})`;
    case "grain":
      return `grain (of ${value.toFixed(1)} of 255)`;
  }
}
