import type { Command } from "commander";
import type { Output } from "./output.js";
import type { StandardInput } from "./standard-input.js";

/** What a command gets beside its arguments. */
export interface CommandContext {
  readonly out: Output;
  readonly stdin: StandardInput;
  /** The command's arguments as they were given. */
  readonly args: readonly string[];
  /** Aborts at Ctrl-C, with an InterruptedError as its reason. */
  readonly signal: AbortSignal;
}

/** The result of a command that did not throw. */
export interface CommandResult {
  /** The document that --json prints; its fields are described in docs/cli.md. */
  readonly json: object;
  /** 1 when some files failed and were reported. */
  readonly exitCode?: number;
}

/**
 * One command. `Options` is what commander makes of the options that `configure` declares: camelCase keys,
 * values as their parsers return them.
 */
export interface CommandDefinition<Options> {
  /** One to three sentences under the usage line of --help. */
  readonly description: string;
  /** Whole command lines, each with what it does: `["synthconv compare a.png b.png", "how far ..."]`. */
  readonly examples: readonly (readonly [command: string, purpose: string])[];
  /** Declares operands and options. */
  configure(command: Command): void;
  /** @param operands the arguments that are no options, in order. */
  run(operands: readonly string[], options: Options, context: CommandContext): Promise<CommandResult>;
}

/** A command with its options' type closed over, so that different ones fit one table. */
export interface CommandModule {
  readonly description: string;
  readonly examples: readonly (readonly [command: string, purpose: string])[];
  configure(command: Command): void;
  run(command: Command, context: CommandContext): Promise<CommandResult>;
}

export function defineCommand<Options extends object>(definition: CommandDefinition<Options>): CommandModule {
  return {
    description: definition.description,
    examples: definition.examples,
    configure: (command) => definition.configure(command),
    run: (command, context) => definition.run(command.args, command.opts<Options>(), context),
  };
}
