import type { CommandContext } from "../../frame/command.js";
import { UsageError } from "../../frame/failure.js";
import { STREAM } from "../../frame/standard-input.js";

/** stdin is read once, and stdout takes one thing. */
export function refuseStreams(
  look: string,
  photos: readonly string[],
  { output, isDry }: { readonly output: string; readonly isDry: boolean },
  { out }: CommandContext,
): void {
  if ([look, ...photos].filter((operand) => operand === STREAM).length > 1) {
    throw new UsageError("expected stdin, -, once, received it twice");
  }
  if (output !== STREAM || isDry) return;
  if (out.json) throw new UsageError("--json: expected another output than -, received both for stdout");
  if (out.stdout.isTTY === true) {
    throw new UsageError(
      "--output: expected a file or a pipe as stdout, received a terminal: write `> photo.jpg` or `| ...`",
    );
  }
}
