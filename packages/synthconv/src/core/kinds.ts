/**
 * Kinds of arguments: what a value must be, and the words that say so. TypeScript's types are gone when a program
 * runs, and programs in plain JavaScript never had them.
 */

import { describeValue } from "./describe-value.js";
import type { DType } from "./float-array.js";
import { nearestName } from "./nearest-name.js";

export interface Kind<Value = unknown> {
  /** Follows "expected" in messages: `a whole number of 1 or more`. */
  readonly expected: string;
  readonly accepts: (value: unknown) => value is Value;
  /** What to do about this wrong value, where more can be said than what was expected. */
  readonly repair?: (value: unknown) => string | undefined;
}

export function kind<Value>(
  expected: string,
  accepts: (value: unknown) => boolean,
  repair?: Kind["repair"],
): Kind<Value> {
  return { expected, accepts: accepts as Kind<Value>["accepts"], ...(repair && { repair }) };
}

/** The same kind with another repair, for one argument of one function. */
export function repairedBy<Value>(of: Kind<Value>, repair: Kind["repair"]): Kind<Value> {
  return kind(of.expected, of.accepts, repair);
}

const isNumber = (value: unknown): value is number => typeof value === "number";
const isFiniteNumber = (value: unknown): value is number => Number.isFinite(value);

/** NaN and infinities too. */
export const NUMBER: Kind<number> = kind("a number", isNumber);
export const FINITE: Kind<number> = kind("a finite number", isFiniteNumber);
export const ABOVE_ZERO: Kind<number> = kind(
  "a finite number above 0",
  (value) => isFiniteNumber(value) && value > 0,
);
export const NOT_NEGATIVE: Kind<number> = kind(
  "a finite number of 0 or more",
  (value) => isFiniteNumber(value) && value >= 0,
);
export const SHARE: Kind<number> = kind(
  "a number from 0 to 1",
  (value) => isNumber(value) && value >= 0 && value <= 1,
);
export const BELOW_ONE: Kind<number> = kind(
  "a number from 0 to below 1",
  (value) => isNumber(value) && value >= 0 && value < 1,
);
export const BOOLEAN: Kind<boolean> = kind("true or false", (value) => typeof value === "boolean");
export const STRING: Kind<string> = kind("a string", (value) => typeof value === "string");
export const FUNCTION: Kind<(...args: never[]) => unknown> = kind(
  "a function",
  (value) => typeof value === "function",
);
export const ANY_FLOATS: Kind<Float32Array | Float64Array> = kind(
  "a Float32Array or Float64Array",
  (value) => value instanceof Float32Array || value instanceof Float64Array,
);
export const FLOAT32: Kind<Float32Array> = instanceOf(Float32Array, "a Float32Array");
export const BYTES: Kind<Uint8Array> = instanceOf(Uint8Array, "bytes, a Uint8Array");
export const DTYPE: Kind<DType> = oneOf(["float32", "float64"]);

/** A safe whole number. */
export function whole(least: number, most: number = Number.POSITIVE_INFINITY): Kind<number> {
  const range = most === Number.POSITIVE_INFINITY ? `of ${least} or more` : `from ${least} to ${most}`;
  return kind(`a whole number ${range}`, (value) => {
    return Number.isSafeInteger(value) && (value as number) >= least && (value as number) <= most;
  });
}

/** A name of a fixed set. */
export function oneOf<const Name extends string>(names: readonly Name[]): Kind<Name> {
  const nearest = (value: unknown): string | undefined => {
    const near = typeof value === "string" ? nearestName(value, names) : undefined;
    return near && `Write ${describeValue(near)}.`;
  };
  return kind(`one of ${names.join(", ")}`, (value) => names.includes(value as Name), nearest);
}

/** @param expected with its article: `a Module`. */
export function instanceOf<Value>(
  type: abstract new (...args: never[]) => Value,
  expected: string,
): Kind<Value> {
  return kind(expected, (value) => value instanceof type);
}

/** @param expected in the plural: `a list of whole numbers`. */
export function listOf<Value>(of: Kind<Value>, expected: string): Kind<readonly Value[]> {
  return kind(expected, (value) => Array.isArray(value) && value.every(of.accepts));
}

/** May be left out. */
export function optional<Value>(of: Kind<Value>): Kind<Value | undefined> {
  return kind(
    of.expected,
    (value) => value === undefined || of.accepts(value),
    (value) => (value === null ? "Leave it out for none." : of.repair?.(value)),
  );
}

/** One of two kinds. */
export function either<A, B>(
  a: Kind<A>,
  b: Kind<B>,
  expected = `${a.expected}, or ${b.expected}`,
): Kind<A | B> {
  return kind(expected, (value) => a.accepts(value) || b.accepts(value), a.repair ?? b.repair);
}

/** The repair of a number where an object with the option `name` belongs. */
export function numberAs(name: string): Kind["repair"] {
  return (value) => (typeof value === "number" ? `Write { ${name}: ${value} }.` : undefined);
}
