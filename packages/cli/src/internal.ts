/**
 * What `synthconv-batch` shares with this package, without promises: the frame of commands, and looks as they are asked
 * for. It loads no image codec; `synthconv-cli/internal/photo` does.
 */

export { colourSpaceOption, spacesOfLook } from "./colour-space-option.js";
export type { CommandContext, CommandModule, CommandResult } from "./frame/command.js";
export { defineCommand } from "./frame/command.js";
export { EXIT } from "./frame/exit-codes.js";
export { CommandError, describeFailure, InterruptedError, plainLine, UsageError } from "./frame/failure.js";
export { type AskedLook, addLookOptions, type LookOptions, synthesizeAsAsked } from "./frame/look-options.js";
export { numberOption, parseDuration, wholeOption } from "./frame/numbers.js";
export { type CommandEntry, type Environment, runProgram } from "./frame/program.js";
export { standardInput } from "./frame/standard-input.js";
export { readLook } from "./look-file.js";
export { leftOutParts, unreadAdvice } from "./report/left-out.js";
export { counted, formatCount } from "./report/quantities.js";
