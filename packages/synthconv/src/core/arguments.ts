/**
 * Checks arguments of public functions where they come in: what is wrong is refused by name, with the call to write
 * instead, before anything inside trips over it. Kinds say what a value must be.
 */
import { describeValue, isPlainObject } from "./describe-value.js";
import { ValueError } from "./errors.js";
import type { Kind } from "./kinds.js";
import { nearestName } from "./nearest-name.js";

/** The kind of every option; the compiler asks for all of them. */
export type Fields<Options> = { readonly [Name in keyof Required<Options>]: Kind<Options[Name]> };

/**
 * @param where the function that complains, `name` its argument.
 * @throws {ValueError} when the value is of another kind.
 */
export function check<Value>(
  where: string,
  name: string,
  value: unknown,
  kind: Kind<Value>,
): asserts value is Value {
  if (!kind.accepts(value)) throw wrongKind(`${where} ${name}`, value, kind);
}

/** The error for a value of another kind than it must be. */
export function wrongKind(where: string, value: unknown, { expected, repair }: Kind): ValueError {
  const advice = repair?.(value);
  return new ValueError({
    where,
    expected,
    received: describeValue(value),
    ...(advice !== undefined && { repair: advice }),
  });
}

/**
 * Options, and other records that are written by hand: unknown names are refused, so that none is ignored.
 *
 * @throws {ValueError} when it is no object, has a name that is not known, or a value of another kind.
 */
export function checkOptions<Options extends object>(
  where: string,
  options: unknown,
  fields: Fields<Options>,
  naming: OptionsNaming = {},
): asserts options is Options {
  if (!isPlainObject(options)) throw noOptions(where, options, fields, naming);
  for (const key in options) {
    if (!Object.hasOwn(fields, key)) throw unknownOption(where, options, key, fields, naming);
  }
  for (const key in fields) {
    if (fields[key].accepts(options[key])) continue;
    const given = naming.name === undefined ? where : `${where} ${naming.name}`;
    throw wrongKind(`${given} ${key}`, options[key], fields[key]);
  }
}

export interface OptionsNaming {
  /** What the function's documentation calls the argument. Default options, which stand in no message about one. */
  readonly name?: string;
  /** The call to write in place of something that is no object. */
  readonly repair?: Kind["repair"];
  /** What to do about a name that another library knows; the nearest name is said otherwise. */
  readonly unknown?: (name: string) => string | undefined;
}

/** Whether it is an object of known names, for what is called too often to be checked in full where it is right. */
export function hasOnly(options: unknown, fields: object): boolean {
  if (typeof options !== "object" || options === null) return false;
  for (const key in options) if (fields[key as keyof typeof fields] === undefined) return false;
  return true;
}

function noOptions(where: string, value: unknown, fields: object, naming: OptionsNaming): ValueError {
  const { name = "options", repair } = naming;
  const expected = `an object { ${Object.keys(fields).join(", ")} }`;
  return wrongKind(`${where} ${name}`, value, { expected, repair } as Kind);
}

function unknownOption(
  where: string,
  options: Record<string, unknown>,
  key: string,
  fields: object,
  naming: OptionsNaming,
): ValueError {
  const known = Object.keys(fields);
  const near = nearestName(key, known);
  return new ValueError({
    where: `${where} ${naming.name ?? "options"}`,
    expected: known.length === 1 ? `${known[0]} alone` : `names out of ${known.join(", ")}`,
    received: key,
    repair:
      naming.unknown?.(key) ??
      (near === undefined ? "Leave it out." : `Write { ${near}: ${asWritten(options[key])} }.`),
  });
}

/** A number, word or list of numbers as it stands in a program, an ellipsis for anything else. */
function asWritten(value: unknown): string {
  const isShort = typeof value === "number" || typeof value === "boolean" || typeof value === "string";
  return isShort || isNumbers(value) ? describeValue(value) : "...";
}

function isNumbers(value: unknown): boolean {
  return Array.isArray(value) && value.length <= 4 && value.every((entry) => typeof entry === "number");
}
