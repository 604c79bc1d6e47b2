/** A look as a link that the studio opens: text, and no file. */
import { type Look, type LookLink, lookToLink, ValueError } from "synthconv/look";
import { DEFAULT_PORT } from "synthconv-studio";
import type { CommandResult } from "../../frame/command.js";
import { CommandError, UsageError } from "../../frame/failure.js";
import type { AskedLook } from "../../frame/look-options.js";
import type { Output } from "../../frame/output.js";
import { counted } from "../../report/quantities.js";

/** Where `synthconv studio` serves. */
export const STUDIO_ADDRESS: string = `http://127.0.0.1:${DEFAULT_PORT}/`;

export interface LinkRequest {
  readonly file: string;
  readonly look: Look;
  readonly asked: AskedLook;
  /** Nothing was set: knobs and styles stay open. */
  readonly keepsConditions: boolean;
  readonly strength: number;
  /** What stands before the #. */
  readonly studio: string;
}

/** @throws {UsageError} when the address is none; {CommandError} when the look is too large for a link. */
export function printLink(request: LinkRequest, out: Output): CommandResult {
  const { file, asked, keepsConditions, strength } = request;
  const { text, deltaE2000 } = linkOf(request);
  const { settings, styles = null } = keepsConditions ? { settings: null } : asked;
  out.print([
    text,
    `${counted(text.length, "character")}; its rounding makes a mean deltaE 2000 of ${deltaE2000.mean.toFixed(3)}, ${deltaE2000.max.toFixed(2)} at most`,
  ]);
  const json = { look: file, link: text, settings, styles, strength, condition: keepsConditions, deltaE2000 };
  return { json };
}

function linkOf({
  look,
  asked: { settings, styles },
  keepsConditions,
  strength,
  studio,
}: LinkRequest): LookLink {
  if (!["http:", "https:"].includes(URL.canParse(studio) ? new URL(studio).protocol : "")) {
    throw new UsageError(
      `--studio: expected the address of a studio, such as ${STUDIO_ADDRESS}, received ${JSON.stringify(studio)}`,
    );
  }
  const style = styles !== undefined && Object.keys(styles).length > 0 ? { style: styles } : {};
  try {
    return lookToLink(look, { base: studio, strength, ...(!keepsConditions && { settings, ...style }) });
  } catch (error) {
    if (!(error instanceof ValueError)) throw error;
    const message = `${error.message} On the command line: --set or --style, or pass the file on.`;
    throw new CommandError("VALUE", message, { cause: error });
  }
}
