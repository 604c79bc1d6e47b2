/** Where outputs go when nobody says: beside what the look is applied to, under its name and the look's. */
import { stat } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import { containerOfName, isClipName, usualContainer } from "../../clip/containers.js";
import { UsageError } from "../../frame/failure.js";
import { STREAM } from "../../frame/standard-input.js";
import { png } from "../../image/formats/png.js";
import type { WritablePhotoFormat } from "../../image/photo-format.js";
import { formatOfName, isWritable } from "../../image/photo-formats.js";

/**
 * `holiday/a-warm.jpg` for `holiday/a.jpg`, and the folder `holiday-warm` for the folder `holiday/`.
 *
 * @throws {UsageError} where there is no such name: for several photos, streams, and the root of a disk.
 */
export async function defaultOutput(
  look: string,
  operands: readonly string[],
  asked: WritablePhotoFormat | undefined,
): Promise<string> {
  const [operand = ""] = operands;
  if (operands.length > 1) throw missing("for several photos, a folder", `${operands.length} operands`);
  if (operand === STREAM || look === STREAM) throw missing("with stdin", "-");
  const style = basename(look, extname(look));
  if ((await stat(operand).catch(() => undefined))?.isDirectory() === true) {
    const folder = resolve(operand);
    if (basename(folder) === "") throw missing("for a whole disk", folder);
    return join(dirname(folder), `${basename(folder)}-${style}`);
  }
  const extension = extname(operand);
  if (isClipName(operand)) {
    const name = `${basename(operand, extension)}-${style}`;
    const end =
      containerOfName(operand) === undefined ? `.${usualContainer(operand).extensions[0]}` : extension;
    return join(dirname(operand), `${name}${end}`);
  }
  const own = formatOfName(operand);
  const format = asked ?? (own === undefined || isWritable(own) ? own : png);
  const end = format === own || format === undefined ? extension : `.${format.extensions[0]}`;
  return join(dirname(operand), `${basename(operand, extension)}-${style}${end}`);
}

function missing(when: string, received: string): UsageError {
  return new UsageError(`--output: expected a name ${when}, received none (${received}): add -o`);
}
