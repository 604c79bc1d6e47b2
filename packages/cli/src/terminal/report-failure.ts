/** The last words of a command that could not say them itself. */
import { describeFailure } from "../frame/failure.js";
import { flagsOf } from "../frame/flags.js";
import { Output } from "../frame/output.js";
import type { AllStreamFacts } from "./messages.js";
import { commandName, StandardStreams } from "./standard-streams.js";

/** @param withDocument with --json: false where the command may have written a part of its own. */
export function reportFailure(
  error: Error,
  args: readonly string[],
  facts: AllStreamFacts,
  withDocument = true,
): void {
  const name = commandName(args);
  const out = new Output(name, new StandardStreams(name, facts), flagsOf(args));
  const { code, message } = describeFailure(error);
  out.error(message);
  if (out.json && withDocument) out.document({ error: { code, message } });
}
