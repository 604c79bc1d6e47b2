import type { CommandContext } from "./frame/command.js";
import { STREAM } from "./frame/standard-input.js";
import { type PhotoSource, PipedFile } from "./image/photo-source.js";

/** A photo that is named on the command line: `-` is stdin, which is read here. */
export async function sourceOf(
  operand: PhotoSource,
  { stdin, signal }: Pick<CommandContext, "stdin" | "signal">,
): Promise<PhotoSource> {
  return operand === STREAM ? new PipedFile("stdin", await stdin.readAll(signal)) : operand;
}
