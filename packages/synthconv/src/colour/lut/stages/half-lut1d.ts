/**
 * Curves with an output for every half-precision number (`halfDomain` in the Common LUT Format): they have no domain
 * that clamps, and are finest near 0, as light is. Straight lines between neighbouring halfs.
 */
import { FLOAT32, ShapeError } from "../../../core/index.js";
import { checkFiniteTable } from "../tables.js";
import { kindNamed, type MapColour, type StageKind } from "./stage.js";

export interface HalfLut1D {
  readonly kind: "halfLut1d";
  /** `[65536,3]`: red, green and blue outputs for the half whose bits are the row's number. */
  readonly table: Float32Array;
}

export const HALF_CODES = 65_536;
const SIGN = 0x8000;
/** The largest half, 65504: infinity has the next code. */
const LARGEST = 0x7bff;
const SMALLEST_NORMAL = 2 ** -14;
const NOT_A_NUMBER = 0x7e00;

export const halfLut1d: StageKind<HalfLut1D> = {
  kind: "halfLut1d",
  fields: { kind: kindNamed("halfLut1d"), table: FLOAT32 },
  check(where, { table }) {
    if (table.length !== 3 * HALF_CODES) {
      throw new ShapeError({
        where,
        expected: `a table of [${HALF_CODES},3], ${3 * HALF_CODES} numbers`,
        received: `${table.length} numbers`,
      });
    }
    checkFiniteTable(where, table);
  },
  prepare:
    ({ table }): MapColour =>
    (colour) => {
      for (const channel of [0, 1, 2] as const) {
        const value = colour[channel] as number;
        const sign = value < 0 ? SIGN : 0;
        const position = Number.isNaN(value) ? NOT_A_NUMBER : halfPosition(Math.abs(value));
        const code = Math.trunc(position);
        const from = table[3 * (sign + code) + channel] as number;
        const to = position === code ? from : (table[3 * (sign + code + 1) + channel] as number);
        colour[channel] = from + (to - from) * (position - code);
      }
    },
};

/**
 * Where a number of 0 or more stands among the halfs: halfs are evenly spaced from each power of two to the next, so
 * the code grows in straight lines between them. Beyond the largest, that one.
 */
export function halfPosition(value: number): number {
  if (value < SMALLEST_NORMAL) return value * 2 ** 24;
  if (value >= 65_504) return LARGEST;
  const exponent = Math.min(Math.floor(Math.log2(value)), 15);
  // log2 may round up to the next power of two.
  const power = 2 ** exponent > value ? exponent - 1 : exponent;
  return (power + 15) * 1024 + (value / 2 ** power - 1) * 1024;
}

/** The number of a half's code; infinities and NaN as themselves. */
export function halfOfCode(code: number): number {
  const sign = (code & SIGN) === 0 ? 1 : -1;
  const exponent = (code >> 10) & 31;
  const mantissa = code & 1023;
  if (exponent === 0) return sign * mantissa * 2 ** -24;
  if (exponent === 31) return mantissa === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + mantissa / 1024) * 2 ** (exponent - 15);
}
