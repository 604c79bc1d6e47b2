/** Curves of ICC profiles: samples, a power, or a formula (ICC.1:2022, sections 10.6 and 10.18). */

/** Encoded value 0..1 to light 0..1; of tables also to what the next step of them takes. */
export type Curve = (encoded: number) => number;

/** @returns undefined for a tag that is no whole curve. */
export function readCurve(tag: Buffer): Curve | undefined {
  if (tag.length < 12) return undefined;
  const type = tag.toString("latin1", 0, 4);
  return type === "curv" ? readSampledCurve(tag) : type === "para" ? readFormula(tag) : undefined;
}

/** What it takes in a row of curves: each begins at a multiple of four. */
export function curveBytes(tag: Buffer): number {
  const isFormula = tag.toString("latin1", 0, 4) === "para";
  const length = isFormula ? 4 * (PARAMETERS[tag.readUInt16BE(8)] ?? 0) : 2 * tag.readUInt32BE(8);
  return 12 + 4 * Math.ceil(length / 4);
}

function readSampledCurve(tag: Buffer): Curve | undefined {
  const count = tag.readUInt32BE(8);
  if (count === 0) return (encoded) => encoded;
  if (tag.length < 12 + 2 * count) return undefined;
  if (count === 1) return power(tag.readUInt16BE(12) / 256);
  return sampledCurve(
    Float64Array.from({ length: count }, (_, index) => tag.readUInt16BE(12 + 2 * index) / 65_535),
  );
}

/** @param samples at least two, evenly spaced over 0..1; beyond, the ends hold. */
export function sampledCurve(samples: ArrayLike<number>): Curve {
  const last = samples.length - 1;
  return (encoded) => {
    const position = (encoded > 0 ? Math.min(1, encoded) : 0) * last;
    const index = Math.min(last - 1, Math.trunc(position));
    const below = samples[index] as number;
    return below + ((samples[index + 1] as number) - below) * (position - index);
  };
}

/** Numbers of function types 0 to 4, in the order g a b c d e f (table 68). */
const PARAMETERS = [1, 3, 4, 5, 7];

function readFormula(tag: Buffer): Curve | undefined {
  const type = tag.readUInt16BE(8);
  const count = PARAMETERS[type];
  if (count === undefined || tag.length < 12 + 4 * count) return undefined;
  const [g = 1, a = 1, b = 0, c = 0, d = 0, e = 0, f = 0] = Array.from({ length: count }, (_, index) =>
    fixed(tag, 12 + 4 * index),
  );
  if (type === 0) return power(g);
  const raised: Curve = (encoded) => Math.max(0, a * encoded + b) ** g;
  if (type === 1) return (encoded) => (a * encoded + b >= 0 ? raised(encoded) : 0);
  if (type === 2) return (encoded) => (a * encoded + b >= 0 ? raised(encoded) + c : c);
  return (encoded) => (encoded >= d ? raised(encoded) + e : c * encoded + f);
}

/** Of 1 it is the value itself, below 0 and above 1 too. */
function power(exponent: number): Curve {
  return exponent === 1 ? (encoded) => encoded : (encoded) => Math.max(0, encoded) ** exponent;
}

/** s15Fixed16Number. */
export function fixed(bytes: Buffer, offset: number): number {
  return bytes.readInt32BE(offset) / 65_536;
}
