/** What the report and the document say of a chart. */
import type { NotColour } from "../../chart/separate.js";

/** What a chart was found to be. */
export interface ChartRecord {
  readonly width: number;
  readonly height: number;
  /** Pixels for one of the chart that was written. */
  readonly scale: number;
  /** Degrees clockwise, 0 or 90 and a few more or less: turned by half, a chart is the same. */
  readonly turned: number;
  readonly mirrored: boolean;
  /** Colours that are there, of 4,096, and patches that show them, of 16,384. */
  readonly colours: number;
  readonly patches: number;
  readonly notColour: NotColour;
}

/** Below these, in the units of `NotColour`, a filter is said to leave it alone: what JPEG alone does to a chart. */
const SEEN = { code: 3, share: 0.02, grain: 2.5 } as const;

/** How it was found, and what of the edit is not colour: a look does not have that. */
export function chartLines({ scale, turned, mirrored, patches, notColour }: ChartRecord): string[] {
  const turn = Math.abs(turned) < 0.1 ? "upright" : `turned by ${turned.toFixed(1)} degrees`;
  const found = `the chart: ${(100 * scale).toFixed(1)} % of its size, ${turn}${mirrored ? ", mirrored" : ""}, ${patches} patches`;
  const { vignette, leftToRight, topToBottom, sharpening, localContrast, grain, scatter } = notColour;
  const isTold = (value: number | null): value is number => value !== null && Math.abs(value) > SEEN.code;
  const codes = (value: number): string => `${value > 0 ? "+" : ""}${value.toFixed(0)} of 255`;
  const parts = [
    ...(isTold(vignette) ? [`a vignette (a middle grey by ${codes(vignette)} in the corners)`] : []),
    ...(isTold(leftToRight) ? [`a gradient (${codes(leftToRight)} from left to right)`] : []),
    ...(isTold(topToBottom) ? [`a gradient (${codes(topToBottom)} from top to bottom)`] : []),
    ...(Math.abs(sharpening) > SEEN.share ? [`sharpening (by ${(100 * sharpening).toFixed(0)} %)`] : []),
    ...(Math.abs(localContrast) > SEEN.share
      ? [`local contrast (by ${(100 * localContrast).toFixed(0)} %)`]
      : []),
    ...(grain !== null && grain > SEEN.grain ? [`grain (of ${grain.toFixed(1)} of 255)`] : []),
  ];
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
