/** Turns the table of commands into a commander program, of which only the command that is called is loaded. */
import { Command, CommanderError, Option } from "commander";
import { visibleText } from "synthconv/internal/node";
import type { TextStream } from "synthconv/node";
import type { CommandModule } from "./command.js";
import { EXIT } from "./exit-codes.js";
import { describeFailure, InterruptedError, UsageError } from "./failure.js";
import { flagsOf } from "./flags.js";
import { Output, type ReportStream } from "./output.js";
import type { StandardInput } from "./standard-input.js";

export interface CommandEntry {
  readonly name: string;
  /** What the list of commands says about it. */
  readonly summary: string;
  readonly load: () => Promise<CommandModule>;
}

export interface Environment {
  readonly stdin: StandardInput;
  readonly stdout: ReportStream;
  readonly stderr: TextStream;
  readonly signal: AbortSignal;
  /** SYNTHCONV_DEBUG=1: stacks. */
  readonly debug: boolean;
}

export interface ProgramOptions {
  readonly name: string;
  readonly version: string;
  readonly description: string;
  readonly commands: readonly CommandEntry[];
}

/** @returns the exit code. */
export async function runProgram(
  options: ProgramOptions,
  args: readonly string[],
  environment: Environment,
): Promise<number> {
  const { stdin, signal } = environment;
  const called = calledCommand(options, args);
  let exitCode: number = EXIT.ok;
  const name = called === undefined ? options.name : `${options.name} ${called.name}`;
  let out = new Output(name, environment, flagsOf(args));
  try {
    refuseNullBytes(args);
    const module = await called?.load();
    const words = await configured(options, args, called, module, environment);
    refuseNullBytes(words);
    out = new Output(name, environment, flagsOf(words));
    const program = newCommand(options.name, environment)
      .description(options.description)
      .version(options.version, "-V, --version", "print the version")
      .usage("<command> [options]")
      .helpCommand("help [command]", "print the help of a command")
      .addHelpText("after", `\nOptions of a command: ${options.name} help <command>`);
    for (const entry of options.commands) {
      const command = newCommand(entry.name, environment).summary(entry.summary);
      if (entry === called && module !== undefined) {
        describe(command, module);
        command.action(async () => {
          refuseEmptyOperands(command.args);
          const result = await module.run(command, { out, stdin, args: args.slice(1), signal });
          if (out.json) out.document(result.json);
          exitCode = result.exitCode ?? EXIT.ok;
        });
      }
      program.addCommand(command);
    }
    if (args.length === 0 || (args[0] === "help" && args.length === 1)) {
      // Not help(), which ends with the exit code that is set for a process that never comes to its end.
      program.outputHelp();
      return EXIT.ok;
    }
    await program.parseAsync(withoutHelpCommand(words, called), { from: "user" });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok; // help or version, printed
    return report(error, out, environment);
  }
}

/** The command line with what its --config says; as it is where it names none, or calls no command. */
async function configured(
  { commands }: ProgramOptions,
  args: readonly string[],
  called: CommandEntry | undefined,
  module: CommandModule | undefined,
  environment: Environment,
): Promise<readonly string[]> {
  const [first = "", ...words] = args;
  const isNamed = words.some((word) => word === "--config" || word.startsWith("--config="));
  if (called === undefined || module === undefined || !isNamed) return args;
  // Only now: it loads more of the library than a list of commands waits for.
  const { withConfig } = await import("./config/with-config.js");
  const newOne = (): Command => {
    const command = newCommand(called.name, environment);
    describe(command, module);
    return command;
  };
  const names = commands.map(({ name }) => name);
  return [first, ...(await withConfig(words, { newCommand: newOne, commands: names }))];
}

/** `help bake` as `bake --help`; of an unknown command the list of commands would come, and an exit code of 1. */
function withoutHelpCommand(args: readonly string[], called: CommandEntry | undefined): readonly string[] {
  if (args[0] !== "help") return args;
  return called === undefined ? args.slice(1) : [called.name, "--help"];
}

/** An unset variable of a shell script: it would name the folder that the command is called in. */
function refuseEmptyOperands(operands: readonly string[]): void {
  if (operands.includes("")) throw new UsageError('expected names of files, received an empty one, ""');
}

/** No system has them in paths; Node would complain of an argument of its own functions. */
function refuseNullBytes(args: readonly string[]): void {
  const one = args.find((argument) => argument.includes("\0"));
  if (one !== undefined) throw new UsageError(`expected arguments without null bytes, received ${one}`);
}

function calledCommand({ commands }: ProgramOptions, args: readonly string[]): CommandEntry | undefined {
  const name = args[0] === "help" ? args[1] : args[0];
  return commands.find((entry) => entry.name === name);
}

function describe(command: Command, { description, examples, ...module }: CommandModule): void {
  command.description(description);
  module.configure(command);
  addSharedOptions(command);
  const lines = examples.map(([line, purpose]) => `  ${line}\n      ${purpose}`);
  command.addHelpText("after", `\n${examples.length === 1 ? "Example" : "Examples"}:\n${lines.join("\n")}`);
}

function onlyConfig(file: string, before: string | undefined): string {
  if (before === undefined) return file;
  throw new UsageError(`--config: expected one file, received two, ${before} and ${file}`);
}

/** The options of every command, after its own, and for each switch its opposite, for one that a file has set. */
export function addSharedOptions(command: Command): void {
  command
    .option(
      "--config <file>",
      "a JSON file of defaults for the options of commands; the command line counts before it",
      onlyConfig,
    )
    .option("--json", "print one JSON document on stdout instead of the report")
    .option("-q, --quiet", "print nothing but errors");
  for (const { required, optional, long } of [...command.options]) {
    if (required || optional || long === undefined || long === "--json") continue;
    command.addOption(new Option(`--no-${long.slice(2)}`).hideHelp());
  }
}

function newCommand(name: string, { stdout, stderr }: Environment): Command {
  return new Command(name)
    .exitOverride()
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .configureOutput({
      writeOut: (text) => stdout.write(text),
      // Help that commander shows in place of a missing command; its errors are thrown and reported once.
      writeErr: (text) => stderr.write(text),
      outputError: () => undefined,
      getOutHelpWidth: () => stdout.columns ?? 100,
      getErrHelpWidth: () => stderr.columns ?? 100,
    });
}

function report(error: unknown, out: Output, { signal, debug }: Environment): number {
  // Work that was stopped half-way fails in its own words; what the user did is interrupt it.
  const cause = signal.aborted && !(error instanceof InterruptedError) ? signal.reason : error;
  const { code, message, exitCode } = describeFailure(cause);
  out.error(message);
  if (debug && error instanceof Error) out.stderr.write(`${visibleStack(error)}\n`);
  const done = cause instanceof InterruptedError ? cause.done : {};
  if (out.json) out.document({ error: { code, message }, ...done });
  return exitCode;
}

/** Its first line is the message, with strangers' names in it. */
function visibleStack({ stack = "" }: Error): string {
  return stack.split("\n").map(visibleText).join("\n");
}
