/**
 * What a failed command reports: a stable code for programs, one line for people, an exit code.
 */

import { existsSync } from "node:fs";
import { CommanderError } from "commander";
import { visibleText } from "synthconv/internal/node";
import { EXIT } from "./exit-codes.js";

/** Arguments that cannot be meant: exit code 2, and nothing was touched. */
export class UsageError extends Error {
  readonly code = "USAGE";
  override readonly name = "UsageError";
}

/** A failure that a command foresees and no library error describes. */
export class CommandError extends Error {
  readonly code: string;
  override readonly name = "CommandError";

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** The user pressed Ctrl-C; `advice` says what was kept and how to go on. */
export class InterruptedError extends Error {
  readonly code = "INTERRUPTED";
  override readonly name = "InterruptedError";
  /** What --json prints beside the error: what was done by then. */
  readonly done: object;

  constructor(advice?: string, done: object = {}) {
    super(advice === undefined ? "interrupted" : `interrupted; ${advice}`);
    this.done = done;
  }
}

export interface Failure {
  readonly code: string;
  /** One line, without control characters. */
  readonly message: string;
  readonly exitCode: number;
}

export function describeFailure(error: unknown): Failure {
  if (error instanceof CommanderError) {
    return { code: "USAGE", message: plainLine(commanderSentence(error.message)), exitCode: EXIT.usage };
  }
  if (!(error instanceof Error)) {
    return {
      code: "INTERNAL",
      message: `internal error: ${plainLine(String(error))}`,
      exitCode: EXIT.failed,
    };
  }
  const code = codeOf(error);
  if (code === undefined) {
    const hint = "Set SYNTHCONV_DEBUG=1 to see where.";
    return {
      code: "INTERNAL",
      message: `internal error: ${plainLine(error.message)}. ${hint}`,
      exitCode: EXIT.failed,
    };
  }
  const exitCode =
    error instanceof UsageError
      ? EXIT.usage
      : error instanceof InterruptedError
        ? EXIT.interrupted
        : EXIT.failed;
  return { code, message: plainLine(error.message), exitCode };
}

/** Text that stays on one line and cannot steer a terminal: file names are not to be trusted. */
export function plainLine(text: string): string {
  const lines = text.split(/[\r\n]/).map((line) => line.trim());
  return visibleText(lines.filter((line) => line !== "").join(" "));
}

function codeOf(error: Error): string | undefined {
  const code = "code" in error ? error.code : undefined;
  // Node's own argument checks (ERR_INVALID_ARG_TYPE and the like) are faults of ours.
  return typeof code === "string" && !code.startsWith("ERR_") ? code : undefined;
}

/** Commander says "error: unknown option '--stesp'\n(Did you mean --steps?)". */
function commanderSentence(message: string): string {
  const [, option = ""] = /^error: unknown option '(.*)'/s.exec(message) ?? [];
  if (option !== "" && existsSync(option))
    return `unknown option '${option}' (the file of that name is ./${option})`;
  return message.replace(/^error: /, "").replace("(Did you mean", "(did you mean");
}
