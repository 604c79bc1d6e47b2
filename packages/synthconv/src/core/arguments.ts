/**
 * Checks arguments of public functions where they come in: what is wrong is refused by name, with the call to write
 * instead, before anything inside trips over it. Kinds say what a value must be.
 */
import { isPlainObject } from "./describe-value.js";
import { ValueError } from "./errors.js";
import { faultInNames, faultInOptions, faultOf, kindFault, type OptionsNaming } from "./faults.js";
import type { Fields, Kind } from "./kinds.js";

export type { OptionsNaming } from "./faults.js";
export type { Fields } from "./kinds.js";

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
  if (kind.accepts(value)) return;
  const fault = faultOf(`${where} ${name}`, value, kind);
  if (fault !== undefined) throw new ValueError(fault);
}

/** The error for a value of another kind than it must be. */
export function wrongKind(where: string, value: unknown, kind: Kind): ValueError {
  return new ValueError(kindFault(where, value, kind));
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
  const fault = faultInOptions(where, options, fields, naming);
  if (fault !== undefined) throw new ValueError(fault);
}

/**
 * That a record has no other names, where something else says what stands under them. What is no record is let through.
 *
 * @throws {ValueError} for a name that is not known.
 */
export function checkNames(where: string, record: unknown, known: object): void {
  const fault = isPlainObject(record) ? faultInNames(where, record, known) : undefined;
  if (fault !== undefined) throw new ValueError(fault);
}

/** Whether nothing is wrong with a record, for what is called too often to put anything together for words. */
export function isRight<Options extends object>(options: Options, fields: Fields<Options>): boolean {
  if (typeof options !== "object" || options === null) return false;
  for (const key in options) if (fields[key] === undefined) return false;
  for (const key in fields) if (!fields[key].accepts(options[key])) return false;
  return true;
}
