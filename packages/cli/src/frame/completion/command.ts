import { Argument } from "commander";
import { type CommandModule, defineCommand } from "../command.js";
import type { CommandEntry } from "../program.js";
import { SHELLS, type Shell } from "./shells.js";
import { wordsOf } from "./words.js";

/** @param commands of the program, with this one. */
export function completion(program: string, commands: () => readonly CommandEntry[]): CommandModule {
  return defineCommand({
    description:
      "Prints a script that lets a shell complete command lines: commands, their options, the values of options that " +
      "have few, and files.",
    examples: SHELLS.map(({ name, usage }): [string, string] => [
      `${program} completion ${name}`,
      usage(program),
    ]),
    configure(command) {
      command.addArgument(new Argument("<shell>", "the shell").choices(SHELLS.map(({ name }) => name)));
    },
    async run([name = ""], _options, { out }) {
      // The parser refuses other names.
      const shell = SHELLS.find((one) => one.name === name) as Shell;
      const script = shell.script(program, await wordsOf(commands()));
      if (!out.json) out.stdout.write(script);
      return { json: { shell: name, script } };
    },
  });
}
