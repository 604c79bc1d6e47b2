import { quote } from "../../quote.js";
import { refuse } from "../refuse.js";

// Stricter than parseFloat, which reads 0 from "0,5", and than Number, which accepts hexadecimal.
const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/**
 * A decimal number with a point, with or without exponent, that float32 can hold.
 *
 * @throws {FormatError} for anything else: a decimal comma, NaN, Infinity, hexadecimal.
 */
export function parseDecimal(where: string, token: string): number {
  if (!DECIMAL.test(token)) refuse(where, "a decimal number", quote(token), repairFor(token));
  const value = Number(token);
  if (!Number.isFinite(Math.fround(value))) {
    refuse(where, "a number that 32-bit floating point can hold", quote(token));
  }
  return value;
}

function repairFor(token: string): string | undefined {
  if (token.includes(",")) {
    return "A comma stands for the point or between the columns: the program that wrote the file ran under a locale with decimal commas. Write it again under an English locale, with points and spaces.";
  }
  if (/^[+-]?(nan|inf)/i.test(token))
    return "The program that wrote the table divided by zero; write it again.";
  return undefined;
}

/** @throws {FormatError} for anything but digits, and for a number outside the bounds. */
export function parseWholeNumber(
  where: string,
  what: string,
  token: string,
  least: number,
  most: number,
  repair?: string,
): number {
  const value = /^\d+$/.test(token) ? Number(token) : Number.NaN;
  if (!(value >= least && value <= most)) {
    refuse(where, `${what} to be a whole number from ${least} to ${most}`, quote(token), repair);
  }
  return value;
}

/** The shortest decimal that float32 reads back as `value`; 9 digits always do. */
export function shortestDecimal(value: number): string {
  for (let digits = 6; digits < 9; digits++) {
    const rounded = Number(value.toPrecision(digits));
    if (Math.fround(rounded) === value) return String(rounded);
  }
  return String(Number(value.toPrecision(9)));
}
