/**
 * Kinds of arguments: what a value must be, and the words that say so. TypeScript's types are gone when a program
 * runs, and programs in plain JavaScript never had them.
 */

import { describeValue, isClass, isPlainObject } from "./describe-value.js";
import { nearestName } from "./nearest-name.js";

export interface Kind<Value = unknown> {
  /** Follows "expected" in messages: `a whole number of 1 or more`. */
  readonly expected: string;
  readonly accepts: (value: unknown) => value is Value;
  /** What to do about this wrong value, where more can be said than what was expected. */
  readonly repair?: (value: unknown) => string | undefined;
  /** Of a record: what stands under each of its names. */
  readonly fields?: Readonly<Record<string, Kind>>;
  /** Of a list or a Map: what each entry is. */
  readonly entry?: Kind;
}

/** The kind of every option; the compiler asks for all of them. */
export type Fields<Options> = { readonly [Name in keyof Required<Options>]: Kind<Options[Name]> };

export function kind<Value>(
  expected: string,
  accepts: (value: unknown) => boolean,
  repair?: Kind["repair"],
): Kind<Value> {
  return { expected, accepts: accepts as Kind<Value>["accepts"], ...(repair && { repair }) };
}

/** The same kind with another repair, for one argument of one function. */
export function repairedBy<Value>(of: Kind<Value>, repair: Kind["repair"]): Kind<Value> {
  return { ...of, ...(repair && { repair }) };
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
/** To be called: a class cannot be. */
export const FUNCTION: Kind<(...args: never[]) => unknown> = kind(
  "a function",
  (value) => typeof value === "function" && !isClass(value),
);
export const ANY_FLOATS: Kind<Float32Array | Float64Array> = kind(
  "a Float32Array or Float64Array",
  (value) => value instanceof Float32Array || value instanceof Float64Array,
);
/** Numbers to read by their index; of a typed array nothing else can be. */
export const NUMBERS: Kind<ArrayLike<number>> = kind("a list or a typed array of numbers", (value) =>
  Array.isArray(value)
    ? isListOf(NUMBER, value)
    : ArrayBuffer.isView(value) && "length" in value && !value.constructor.name.startsWith("Big"),
);
export const FLOAT32: Kind<Float32Array> = instanceOf(Float32Array, "a Float32Array");
export const BYTES: Kind<Uint8Array> = repairedBy(instanceOf(Uint8Array, "bytes, a Uint8Array"), (value) =>
  value instanceof ArrayBuffer ? "Write new Uint8Array(buffer)." : undefined,
);

export const SIGNAL: Kind<AbortSignal> = kind(
  "an AbortSignal",
  (value) => typeof (value as Partial<AbortSignal> | null | undefined)?.aborted === "boolean",
  (value) => (value instanceof AbortController ? "Pass its signal: controller.signal." : undefined),
);

/** Values per pixel of an image. */
export const CHANNELS: Kind<3 | 4> = kind("3 for RGB or 4 for RGBA", (value) => value === 3 || value === 4);

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
  return kind(
    expected,
    (value) => value instanceof type,
    (value) => asInstance(value, type),
  );
}

/** The repair of a class where one of its instances belongs. */
export function asInstance(value: unknown, type: { readonly prototype: unknown }): string | undefined {
  if (!isClass(value)) return undefined;
  const { prototype } = value as unknown as { readonly prototype: object };
  const isOfType =
    prototype === type.prototype || Object.prototype.isPrototypeOf.call(type.prototype, prototype);
  return isOfType ? `Write new ${value.name}(...).` : undefined;
}

/** @param expected in the plural: `a list of whole numbers`. */
export function listOf<Value>(
  of: Kind<Value>,
  expected: string,
  repair?: Kind["repair"],
): Kind<readonly Value[]> {
  return { ...kind(expected, (value) => isListOf(of, value), repair), entry: of };
}

/** Not by `every`, which passes over the holes of a list. */
export function isListOf<Value>(of: Kind<Value>, value: unknown): value is readonly Value[] {
  if (!Array.isArray(value)) return false;
  for (let index = 0; index < value.length; index++) if (!of.accepts(value[index])) return false;
  return true;
}

/** @param expected `a Map of tensors by name`. */
export function mapOf<Value>(of: Kind<Value>, expected: string): Kind<ReadonlyMap<string, Value>> {
  const accepts = (value: unknown): boolean =>
    value instanceof Map && [...value].every(([key, one]) => typeof key === "string" && of.accepts(one));
  const asMap = (value: unknown): string | undefined =>
    isPlainObject(value) ? "Write new Map(Object.entries(...))." : undefined;
  return { ...kind(expected, accepts, asMap), entry: of };
}

/** An object with these names and no others, inside options or a list. */
export function record<Value extends object>(fields: Fields<Value>, repair?: Kind["repair"]): Kind<Value> {
  const expected = `an object { ${Object.keys(fields).join(", ")} }`;
  const accepts = (value: unknown): boolean => {
    if (!isPlainObject(value)) return false;
    for (const name in value) if (!Object.hasOwn(fields, name)) return false;
    for (const name in fields) if (!fields[name].accepts(value[name])) return false;
    return true;
  };
  return { ...kind(expected, accepts, repair), fields };
}

/** May be left out. */
export function optional<Value>(of: Kind<Value>): Kind<Value | undefined> {
  return {
    ...of,
    accepts: (value): value is Value | undefined => value === undefined || of.accepts(value),
    repair: (value) => (value === null ? "Leave it out for none." : of.repair?.(value)),
  };
}

/** One of two kinds. */
export function either<A, B>(
  a: Kind<A>,
  b: Kind<B>,
  expected = `${a.expected}, or ${b.expected}`,
): Kind<A | B> {
  const accepts = (value: unknown): value is A | B => a.accepts(value) || b.accepts(value);
  return { ...b, ...a, expected, accepts };
}

/** The repair of a number where an object with the option `name` belongs. */
export function numberAs(name: string): Kind["repair"] {
  return (value) => (typeof value === "number" ? `Write { ${name}: ${value} }.` : undefined);
}
