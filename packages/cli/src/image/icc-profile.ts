/**
 * Reads the ICC profiles that a per-channel curve and a matrix describe (ICC.1:2022, sections 7, 8.3 and 10):
 * those of cameras, editors and displays. Nothing is clipped, which is why this is not left to the image
 * library: that one converts to integers, and colours outside sRGB would be lost before a look sees them.
 */

/** Encoded value 0..1 to light 0..1. */
export type Curve = (encoded: number) => number;

export type IccProfile =
  /** RGB by curves and a matrix. */
  | {
      readonly kind: "matrix";
      readonly curves: readonly [Curve, Curve, Curve];
      /** Linear RGB to XYZ under D50, row by row. */
      readonly matrix: readonly number[];
    }
  /** Grey by a curve to relative luminance. */
  | { readonly kind: "grey"; readonly curve: Curve }
  /** RGB by lookup tables alone: scanners, printers. */
  | { readonly kind: "rgb-table" }
  /** Of another colour space (CMYK, Lab) or class. */
  | { readonly kind: "other" };

const HEADER_BYTES = 128;
// The largest real table has 4096 entries.
const MAX_TAGS = 200;

/** @returns undefined for bytes that are no ICC profile, or a damaged one. */
export function readIccProfile(icc: Buffer): IccProfile | undefined {
  if (icc.length < HEADER_BYTES + 4 || icc.toString("latin1", 36, 40) !== "acsp") return undefined;
  const tags = readTags(icc);
  const space = icc.toString("latin1", 16, 20);
  if (space === "GRAY") return readGrey(icc, tags);
  if (space !== "RGB ") return { kind: "other" };
  const curves = ["rTRC", "gTRC", "bTRC"].map((name) => readCurve(tags.get(name)));
  const columns = ["rXYZ", "gXYZ", "bXYZ"].map((name) => readXyz(tags.get(name)));
  const [red, green, blue] = curves;
  const [x, y, z] = columns;
  if (red && green && blue && x && y && z && isInvertible([x, y, z])) {
    // Profiles with tables as well (a display's, mostly) are read by their matrix: only that can be undone.
    return { kind: "matrix", curves: [red, green, blue], matrix: transpose([x, y, z]) };
  }
  return tags.has("A2B0") || tags.has("A2B1") ? { kind: "rgb-table" } : undefined;
}

function readTags(icc: Buffer): Map<string, Buffer> {
  const tags = new Map<string, Buffer>();
  const count = Math.min(MAX_TAGS, icc.readUInt32BE(HEADER_BYTES));
  for (let index = 0; index < count; index++) {
    const entry = HEADER_BYTES + 4 + 12 * index;
    if (entry + 12 > icc.length) break;
    const offset = icc.readUInt32BE(entry + 4);
    const data = icc.subarray(offset, offset + icc.readUInt32BE(entry + 8));
    tags.set(icc.toString("latin1", entry, entry + 4), data);
  }
  return tags;
}

function readGrey(icc: Buffer, tags: ReadonlyMap<string, Buffer>): IccProfile | undefined {
  const curve = readCurve(tags.get("kTRC"));
  if (curve === undefined) return undefined;
  if (icc.toString("latin1", 20, 24) !== "Lab ") return { kind: "grey", curve };
  return { kind: "grey", curve: (encoded) => luminanceOfLightness(100 * curve(encoded)) };
}

/** Y/Yn of L* (CIE 15:2004, section 8.2.1, solved for Y). */
function luminanceOfLightness(lightness: number): number {
  const root = (lightness + 16) / 116;
  return root > 6 / 29 ? root ** 3 : (3 * (6 / 29) ** 2 * lightness) / 116;
}

function readXyz(tag: Buffer | undefined): readonly number[] | undefined {
  if (tag === undefined || tag.length < 20 || tag.toString("latin1", 0, 4) !== "XYZ ") return undefined;
  return [8, 12, 16].map((offset) => fixed(tag, offset));
}

/** A curve that never falls; undefined for any other, because it could not be undone. */
function readCurve(tag: Buffer | undefined): Curve | undefined {
  if (tag === undefined || tag.length < 12) return undefined;
  const type = tag.toString("latin1", 0, 4);
  const curve = type === "curv" ? readSampledCurve(tag) : type === "para" ? readFormula(tag) : undefined;
  if (curve === undefined) return undefined;
  const clipped: Curve = (encoded) => Math.min(1, Math.max(0, curve(encoded)));
  let before = -1;
  for (let step = 0; step <= 256; step++) {
    const value = clipped(step / 256);
    if (!(value >= before)) return undefined;
    before = value;
  }
  return before > 0 ? clipped : undefined;
}

/** ICC.1:2022, section 10.6. */
function readSampledCurve(tag: Buffer): Curve | undefined {
  const count = tag.readUInt32BE(8);
  if (count === 0) return (encoded) => encoded;
  if (tag.length < 12 + 2 * count) return undefined;
  if (count === 1) {
    const gamma = tag.readUInt16BE(12) / 256;
    return (encoded) => encoded ** gamma;
  }
  const samples = Float64Array.from(
    { length: count },
    (_, index) => tag.readUInt16BE(12 + 2 * index) / 65535,
  );
  return (encoded) => {
    const position = encoded * (count - 1);
    const index = Math.min(count - 2, Math.floor(position));
    const below = samples[index] as number;
    return below + ((samples[index + 1] as number) - below) * (position - index);
  };
}

/** ICC.1:2022, section 10.18, table 68: function types 0 to 4, parameters g a b c d e f. */
function readFormula(tag: Buffer): Curve | undefined {
  const type = tag.readUInt16BE(8);
  const count = [1, 3, 4, 5, 7][type];
  if (count === undefined || tag.length < 12 + 4 * count) return undefined;
  const [g = 1, a = 1, b = 0, c = 0, d = 0, e = 0, f = 0] = Array.from({ length: count }, (_, index) =>
    fixed(tag, 12 + 4 * index),
  );
  const power: Curve = (encoded) => Math.max(0, a * encoded + b) ** g;
  if (type === 0) return power;
  if (type === 1) return (encoded) => (a * encoded + b >= 0 ? power(encoded) : 0);
  if (type === 2) return (encoded) => (a * encoded + b >= 0 ? power(encoded) + c : c);
  return (encoded) => (encoded >= d ? power(encoded) + e : c * encoded + f);
}

/** s15Fixed16Number. */
function fixed(bytes: Buffer, offset: number): number {
  return bytes.readInt32BE(offset) / 65536;
}

function transpose(columns: readonly (readonly number[])[]): number[] {
  return [0, 1, 2].flatMap((row) => columns.map((column) => column[row] as number));
}

function isInvertible(columns: readonly (readonly number[])[]): boolean {
  const [[a, b, c], [d, e, f], [g, h, i]] = columns as [Triple, Triple, Triple];
  return Math.abs(a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)) > 1e-6;
}

type Triple = readonly [number, number, number];
