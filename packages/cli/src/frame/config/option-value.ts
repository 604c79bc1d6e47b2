/** The values that a configuration gives to options, as the words of a command line that say the same. */
import { resolve } from "node:path";
import type { Option } from "commander";
import { RepeatedOption } from "./repeated-option.js";

/** What a configuration may say of an option. */
export type ValueKind = "switch" | "one" | "several" | "named";

export function kindOf(option: Option): ValueKind {
  if (!option.required) return "switch";
  if (!(option instanceof RepeatedOption)) return "one";
  return option.flags.includes("=") ? "named" : "several";
}

const PATHS = ["<file>", "<folder>", "<path>", "<photo>", "<destination>"];

/** Whether its values name files or folders, as `<file>` in its flags says; a destination may be an address, too. */
export function isPath({ flags }: Option): boolean {
  return PATHS.some((name) => flags.includes(name));
}

export const EXPECTED: Readonly<Record<ValueKind, string>> = {
  switch: "true or false",
  one: "a text or a number",
  several: "a text or a number, or a list of them",
  named: 'an object of names and values, { "name": 0.5 }, or what the command line takes',
};

/**
 * @param folder of the configuration: paths are relative to it.
 * @returns none for a switch that is off, undefined where the option takes no such value.
 */
export function wordsFor(option: Option, value: unknown, folder: string): string[] | undefined {
  const long = option.long ?? "";
  const kind = kindOf(option);
  if (kind === "switch") return typeof value === "boolean" ? (value ? [long] : []) : undefined;
  const texts = kind === "one" ? [value] : valuesOf(value, kind);
  if (texts === undefined || !texts.every(isWord)) return undefined;
  return texts.map((text) => `${long}=${isPath(option) ? pathFrom(folder, String(text)) : text}`);
}

/** `{ "warmth": 0.5 }` as `warmth=0.5`. */
function valuesOf(value: unknown, kind: ValueKind): readonly unknown[] | undefined {
  if (typeof value !== "object" || value === null) return [value];
  if (Array.isArray(value)) return value;
  if (kind !== "named") return undefined;
  const entries = Object.entries(value);
  return entries.map(([name, setting]) => (isWord(setting) ? `${name}=${setting}` : undefined));
}

function isWord(value: unknown): value is string | number {
  return typeof value === "string" || typeof value === "number";
}

/** A lone dash is a stream, and nothing stays nothing: the command says what it thinks of it. */
function pathFrom(folder: string, path: string): string {
  return path === "-" || path === "" || path.includes("://") ? path : resolve(folder, path);
}
