/**
 * Reads the ICC profiles of RGB, by a curve for each channel and a matrix or by tables, and of grey (ICC.1:2022, sections 7,
 * 8.3 and 10). Nothing is clipped, which is why this is not left to the image library: that one converts to integers, and
 * colours outside sRGB would be lost before a look sees them.
 */

import { lightOfLightness } from "./icc/connection-space.js";
import { type Curve, fixed, readCurve } from "./icc/curve.js";
import { UnreadLut } from "./icc/read-lut.js";
import { readTableSpace, type TableSpace } from "./icc/table-space.js";

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
  /** RGB by tables: of scanners, printers, measured displays. */
  | { readonly kind: "table"; readonly space: TableSpace }
  /** RGB by tables that cannot be read, and why. */
  | { readonly kind: "unread"; readonly reason: string }
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
  const matrix = readMatrix(tags);
  try {
    const referenceBlack = (icc[8] as number) >= 4 && matrix === undefined;
    const tables = readTableSpace(tags, icc.toString("latin1", 20, 24), referenceBlack);
    // A display's table that leads one way, beside its matrix: only the matrix can be undone.
    if (tables === undefined || (matrix !== undefined && tables.fromLight === undefined)) return matrix;
    return { kind: "table", space: tables };
  } catch (error) {
    if (!(error instanceof UnreadLut)) throw error;
    return matrix ?? { kind: "unread", reason: error.message };
  }
}

function readMatrix(tags: ReadonlyMap<string, Buffer>): IccProfile | undefined {
  const [red, green, blue] = ["rTRC", "gTRC", "bTRC"].map((name) => readRisingCurve(tags.get(name)));
  const [x, y, z] = ["rXYZ", "gXYZ", "bXYZ"].map((name) => readXyz(tags.get(name)));
  if (!(red && green && blue && x && y && z && isInvertible([x, y, z]))) return undefined;
  return { kind: "matrix", curves: [red, green, blue], matrix: transpose([x, y, z]) };
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
  const curve = readRisingCurve(tags.get("kTRC"));
  if (curve === undefined) return undefined;
  if (icc.toString("latin1", 20, 24) !== "Lab ") return { kind: "grey", curve };
  return { kind: "grey", curve: (encoded) => lightOfLightness(100 * curve(encoded)) };
}

function readXyz(tag: Buffer | undefined): readonly number[] | undefined {
  if (tag === undefined || tag.length < 20 || tag.toString("latin1", 0, 4) !== "XYZ ") return undefined;
  return [8, 12, 16].map((offset) => fixed(tag, offset));
}

/** A curve that never falls; undefined for any other, because it could not be undone. */
function readRisingCurve(tag: Buffer | undefined): Curve | undefined {
  const curve = tag && readCurve(tag);
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

function transpose(columns: readonly (readonly number[])[]): number[] {
  return [0, 1, 2].flatMap((row) => columns.map((column) => column[row] as number));
}

function isInvertible(columns: readonly (readonly number[])[]): boolean {
  const [[a, b, c], [d, e, f], [g, h, i]] = columns as [Triple, Triple, Triple];
  return Math.abs(a * (e * i - f * h) - b * (d * i - f * g) + c * (d * h - e * g)) > 1e-6;
}

type Triple = readonly [number, number, number];
