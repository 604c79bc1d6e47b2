/** What is wrong with an argument, in the words of an error; nothing is thrown here. */
import { describeValue, isPlainObject } from "./describe-value.js";
import type { Kind } from "./kinds.js";
import type { Mismatch } from "./mismatch.js";
import { nearestName } from "./nearest-name.js";

export interface OptionsNaming {
  /** What the function's documentation calls the argument. Default options, which stand in no message about one. */
  readonly name?: string;
  /** The call to write in place of something that is no object. */
  readonly repair?: Kind["repair"];
  /** What to do about a name that another library knows; the nearest name is said otherwise. */
  readonly unknown?: (name: string) => string | undefined;
}

/** Of a record or a list that is not of its kind: the entry that is wrong. */
export function faultOf(where: string, value: unknown, kind: Kind): Mismatch | undefined {
  if (kind.accepts(value)) return undefined;
  const { fields, entry } = kind;
  const inside =
    fields !== undefined && isPlainObject(value)
      ? faultInRecord(where, where, value, fields)
      : faultInList(where, value, entry);
  return inside ?? kindFault(where, value, kind);
}

/** Lists of numbers are short enough to be shown whole; of records, only the wrong one. */
function faultInList(where: string, value: unknown, entry: Kind | undefined): Mismatch | undefined {
  if (entry === undefined) return undefined;
  if (value instanceof Map)
    return firstFault([...value], ([key, one]) => [`${where} ${String(key)}`, one], entry);
  if (!Array.isArray(value) || entry.fields === undefined) return undefined;
  return firstFault([...value.entries()], ([index, one]) => [`${where}[${index}]`, one], entry);
}

function firstFault(
  list: readonly (readonly [unknown, unknown])[],
  placed: (entry: readonly [unknown, unknown]) => [where: string, value: unknown],
  kind: Kind,
): Mismatch | undefined {
  for (const one of list) {
    const fault = faultOf(...placed(one), kind);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** That a value is of another kind than it must be. */
export function kindFault(where: string, value: unknown, { expected, repair }: Kind): Mismatch {
  const advice = repair?.(value) ?? adviceOn(value);
  const received = describeValue(value);
  return { where, expected, received, ...(advice !== undefined && { repair: advice }) };
}

/** What is usually meant, whatever was expected. */
function adviceOn(value: unknown): string | undefined {
  return value instanceof Promise ? "Write await before it." : undefined;
}

export function faultInOptions(
  where: string,
  options: unknown,
  fields: Readonly<Record<string, Kind>>,
  { name, repair, unknown }: OptionsNaming,
): Mismatch | undefined {
  // Called wherever there are options: words are put together only where something is wrong.
  if (isPlainObject(options)) {
    if (wrongName(options, fields) === undefined) return undefined;
    const title = `${where} ${name ?? "options"}`;
    return faultInRecord(title, name === undefined ? where : title, options, fields, unknown);
  }
  const known = Object.keys(fields);
  const expected = known.length === 0 ? "none" : `an object { ${known.join(", ")} }`;
  return kindFault(`${where} ${name ?? "options"}`, options, { expected, repair } as Kind);
}

/** The first name that is not known. */
export function faultInNames(
  where: string,
  record: Record<string, unknown>,
  known: object,
): Mismatch | undefined {
  for (const key in record) {
    if (!Object.hasOwn(known, key)) return unknownOption(where, record, key, known, undefined);
  }
  return undefined;
}

/** The first name that is not known, else the first whose value is of another kind. */
function wrongName(
  record: Record<string, unknown>,
  fields: Readonly<Record<string, Kind>>,
): string | undefined {
  for (const key in record) if (!Object.hasOwn(fields, key)) return key;
  for (const key in fields) if (!(fields[key] as Kind).accepts(record[key])) return key;
  return undefined;
}

/** @param title what messages about names begin with, `where` those about values. */
function faultInRecord(
  title: string,
  where: string,
  record: Record<string, unknown>,
  fields: Readonly<Record<string, Kind>>,
  unknown?: OptionsNaming["unknown"],
): Mismatch | undefined {
  const name = wrongName(record, fields);
  if (name === undefined) return undefined;
  if (!Object.hasOwn(fields, name)) return unknownOption(title, record, name, fields, unknown);
  return faultOf(`${where} ${name}`, record[name], fields[name] as Kind);
}

function unknownOption(
  where: string,
  options: Record<string, unknown>,
  key: string,
  fields: object,
  unknown: OptionsNaming["unknown"],
): Mismatch {
  const known = Object.keys(fields);
  const near = nearestName(key, known);
  const instead = near === undefined ? "Leave it out." : `Write { ${near}: ${asWritten(options[key])} }.`;
  return {
    where,
    expected: namesOf(known),
    received: key,
    repair: unknown?.(key) ?? instead,
  };
}

function namesOf(known: readonly string[]): string {
  if (known.length === 0) return "none";
  return known.length === 1 ? `${known[0]} alone` : `names out of ${known.join(", ")}`;
}

/** A number, word or list of numbers as it stands in a program, an ellipsis for anything else. */
function asWritten(value: unknown): string {
  const isShort = typeof value === "number" || typeof value === "boolean" || typeof value === "string";
  return isShort || isNumbers(value) ? describeValue(value) : "...";
}

function isNumbers(value: unknown): boolean {
  return Array.isArray(value) && value.length <= 4 && value.every((entry) => typeof entry === "number");
}
