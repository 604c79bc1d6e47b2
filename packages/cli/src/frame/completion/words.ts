/** What a person may type after a command's name, as the commands themselves declare it. */
import { Command, type Option } from "commander";
import { addSharedOptions, type CommandEntry } from "../program.js";

export interface CompletedOption {
  /** `-o`, `--output`: as many as there are. */
  readonly names: readonly string[];
  readonly description: string;
  readonly takesValue: boolean;
  /** The only values, where there are few; else a value may be a file. */
  readonly choices: readonly string[];
}

export interface CompletedCommand {
  readonly name: string;
  readonly summary: string;
  readonly options: readonly CompletedOption[];
  /** What its first operand may be, where that is no file. */
  readonly operands: readonly string[];
}

export function wordsOf(commands: readonly CommandEntry[]): Promise<CompletedCommand[]> {
  return Promise.all(
    commands.map(async ({ name, summary, load }) => {
      const command = new Command(name);
      (await load()).configure(command);
      addSharedOptions(command);
      const [first] = command.registeredArguments;
      const help = {
        names: ["-h", "--help"],
        description: "print this help",
        takesValue: false,
        choices: [],
      };
      return {
        name,
        summary,
        options: [...command.options.filter(({ hidden }) => !hidden).map(wordsOfOption), help],
        operands: first?.argChoices ?? [],
      };
    }),
  );
}

function wordsOfOption({
  short,
  long,
  description,
  required,
  optional,
  argChoices,
}: Option): CompletedOption {
  return {
    names: [short, long].filter((name) => name !== undefined),
    description,
    takesValue: required || optional,
    choices: argChoices ?? [],
  };
}
