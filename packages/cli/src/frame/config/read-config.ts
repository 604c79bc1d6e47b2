/** Files of defaults for the options of commands: read, and refused by line and field. */
import type { Command, Option } from "commander";
import { displayPath, readRegularFile } from "synthconv/internal/node";
import { type JsonPath, type JsonText, parseJsonText } from "../../json/json-lines.js";
import { didYouMean, refuse } from "../../json/refuse.js";

const MAX_BYTES = 2 ** 20;
/** Of the command line alone: a program that reads documents, or a person who asks for help, says so there. */
const UNSET = ["config", "json", "help"];

/** What the file says of one option. */
export interface ConfiguredOption {
  readonly option: Option;
  readonly value: unknown;
  /** Where in the file, for messages. */
  readonly path: JsonPath;
}

export interface Config {
  readonly json: JsonText;
  readonly options: readonly ConfiguredOption[];
}

/** The options that a configuration may set. */
export function configurable(command: Command): readonly Option[] {
  return command.options.filter(({ long, negate }) => !negate && !UNSET.includes(nameOf(long)));
}

/** `time-limit` of `--time-limit`. */
export function nameOf(long: string | undefined): string {
  return long?.slice(2) ?? "";
}

/**
 * What a file says of the options of one command. What it says of other commands is checked when they are called.
 *
 * @param commands the names of all.
 * @throws {FileError} when it cannot be read, {FormatError} naming line and field of a mistake.
 */
export async function readConfig(
  file: string,
  command: Command,
  commands: readonly string[],
): Promise<Config> {
  const bytes = await readRegularFile(file, "a configuration, JSON", { maxBytes: MAX_BYTES });
  const json = parseJsonText(new TextDecoder().decode(bytes), displayPath(file));
  const sections = fieldsOf(json, [], json.value, ["$schema", ...commands]);
  // Each is an object, also where the command that it belongs to is not called.
  for (const [name, section] of sections.filter(([key]) => key !== "$schema"))
    objectAt(json, [name], section);
  const known = configurable(command);
  const section = new Map(sections).get(command.name()) ?? {};
  const names = known.map(({ long }) => nameOf(long));
  const options = fieldsOf(json, [command.name()], section, names).map(([name, value]) => ({
    option: known[names.indexOf(name)] as Option,
    value,
    path: [command.name(), name],
  }));
  return { json, options };
}

function fieldsOf(
  json: JsonText,
  path: JsonPath,
  value: unknown,
  known: readonly string[],
): [string, unknown][] {
  const fields = Object.entries(objectAt(json, path, value));
  const unknown = fields.find(([name]) => !known.includes(name));
  if (unknown === undefined) return fields;
  const [name] = unknown;
  const what = path.length === 0 ? `a command, one of ${known.join(", ")}` : `one of ${known.join(", ")}`;
  const repair = UNSET.includes(name)
    ? `Give --${name} on the command line.`
    : didYouMean(name.startsWith("--") ? name.slice(2) : name, known);
  throw refuse(json, [...path, name], what, JSON.stringify(name), repair);
}

function objectAt(json: JsonText, path: JsonPath, value: unknown): object {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  const expected =
    path.length === 0
      ? 'an object of commands, { "train": { "quality": "high" } }'
      : 'an object of options, { "name": value }';
  throw refuse(json, path, expected, receivedOf(value));
}

export function receivedOf(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "an object" : JSON.stringify(value);
}
