/** `--config`: a command line with what a file says of its options before its own words. */
import { type Command, CommanderError, type Option } from "commander";
import { folderOf } from "synthconv/internal/node";
import { refuse } from "../../json/refuse.js";
import { UsageError } from "../failure.js";
import { EXPECTED, kindOf, wordsFor } from "./option-value.js";
import { type Config, readConfig, receivedOf } from "./read-config.js";

interface ConfigOptions {
  /** The command with its options, as often as it is asked for: parsing changes one. */
  readonly newCommand: () => Command;
  /** The names of all commands. */
  readonly commands: readonly string[];
}

/**
 * @param words of the command line, behind the command's name.
 * @returns them, behind those of the file that they leave open: what they set, or what excludes what they set, counts.
 * @throws {FileError}, {FormatError} as `readConfig`; {UsageError} of a value that the option itself would refuse,
 * with its line.
 */
export async function withConfig(
  words: readonly string[],
  { newCommand, commands }: ConfigOptions,
): Promise<readonly string[]> {
  const command = newCommand();
  const { unknown } = command.parseOptions([...words]);
  const { config: file } = command.opts<{ config?: string }>();
  // --config may have been the value of another option. Help is about commands, not about what a file makes of them.
  if (file === undefined || unknown.includes("--help") || unknown.includes("-h")) return words;
  const config = await readConfig(file, command, commands);
  const folder = folderOf(file).toString();
  const own = command.options.filter(
    (option) => command.getOptionValueSource(option.attributeName()) === "cli",
  );
  const added = checkedWords(config, newCommand, folder);
  return [
    ...added.flatMap(({ option, texts }) => (own.some((one) => outdoes(one, option)) ? [] : texts)),
    ...words,
  ];
}

/** Whether an option of the command line leaves nothing of one of the file. */
function outdoes(own: Option, option: Option): boolean {
  const excludes = (one: Option, other: Option): boolean =>
    (one as unknown as { conflictsWith: readonly string[] }).conflictsWith.includes(other.attributeName());
  return own.attributeName() === option.attributeName() || excludes(own, option) || excludes(option, own);
}

/** Every option of the file is tried by itself, also where the command line outdoes it: a mistake has its line. */
function checkedWords(
  { json, options }: Config,
  newCommand: () => Command,
  folder: string,
): { readonly option: Option; readonly texts: readonly string[] }[] {
  return options.map(({ option, value, path }) => {
    const texts = wordsFor(option, value, folder);
    if (texts === undefined) throw refuse(json, path, EXPECTED[kindOf(option)], receivedOf(value));
    try {
      newCommand().parseOptions([...texts]);
    } catch (error) {
      if (!(error instanceof UsageError || error instanceof CommanderError)) throw error;
      const message = error.message.replace(/^error: /, "").replace(`${option.long}: `, "");
      throw new UsageError(`${json.place(path)}: ${message}`, { cause: error });
    }
    return { option, texts };
  });
}
