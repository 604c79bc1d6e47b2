/**
 * The curves before a .csp's table: points at any inputs, and a cubic between them. It is the interpolation of Rising
 * Sun Research, who made the format, as OpenColorIO runs it: a Hermite curve whose slope at a point is that from its
 * neighbour before to its neighbour behind; the first and the last piece are parabolas. OpenColorIO samples it at
 * 65,536 inputs and draws straight lines between these; so do we, to return its values.
 */
import type { Lut1D, RgbTriple } from "../../../colour/index.js";

export interface Curve {
  /** Rising. */
  readonly inputs: readonly number[];
  readonly outputs: readonly number[];
}

const SAMPLES = 65_536;
/** As OpenColorIO, relative to the larger number. */
const SAME = 1e-6;

export function isIdentityCurve({ inputs, outputs }: Curve): boolean {
  return inputs.every((input, at) => {
    const output = outputs[at] as number;
    return Math.abs(input - output) <= SAME * Math.max(1, Math.abs(input), Math.abs(output));
  });
}

/** Curves of two points are straight lines, and stay two points. */
export function sampleCurves(curves: readonly Curve[]): Lut1D {
  const size = curves.every(({ inputs }) => inputs.length === 2) ? 2 : SAMPLES;
  const table = new Float32Array(3 * size);
  for (const [channel, curve] of curves.entries()) {
    const first = curve.inputs[0] as number;
    const last = curve.inputs.at(-1) as number;
    let piece = 0;
    for (let step = 0; step < size; step++) {
      const share = step / (size - 1);
      const input = first * (1 - share) + last * share;
      while (piece < curve.inputs.length - 2 && input >= (curve.inputs[piece + 1] as number)) piece++;
      table[3 * step + channel] = valueIn(curve, piece, input);
    }
  }
  const ends = (at: 0 | -1): RgbTriple => curves.map(({ inputs }) => inputs.at(at)) as unknown as RgbTriple;
  return { kind: "lut1d", size, table, domainMin: ends(0), domainMax: ends(-1) };
}

/** The curve between the points `piece` and `piece + 1`. */
function valueIn({ inputs, outputs }: Curve, piece: number, input: number): number {
  const point = (at: number): [number, number] => [inputs[at] as number, outputs[at] as number];
  const [x0, y0] = point(piece);
  const [x1, y1] = point(piece + 1);
  const width = x1 - x0;
  const share = (input - x0) / width;
  // Slopes at both ends, per width of the piece.
  const slopeAt = (at: number): number | undefined => {
    if (at === 0 || at === inputs.length - 1) return undefined;
    const [before, yBefore] = point(at - 1);
    const [behind, yBehind] = point(at + 1);
    return ((yBehind - yBefore) / (behind - before)) * width;
  };
  const start = slopeAt(piece);
  const end = slopeAt(piece + 1);
  const rise = y1 - y0;
  if (start === undefined && end === undefined) return y0 + share * rise;
  if (start === undefined) return y0 + share * (2 * rise - (end ?? 0) + share * ((end ?? 0) - rise));
  if (end === undefined) return y0 + share * (start + share * (rise - start));
  const square = 3 * rise - 2 * start - end;
  const cube = start + end - 2 * rise;
  return y0 + share * (start + share * (square + share * cube));
}
