/** The files of looks. */
import { displayPath, readRegularFile } from "synthconv/internal/node";
import { FormatError, type Look, parseLook } from "synthconv/look";
import type { CommandContext } from "./frame/command.js";
import { STREAM } from "./frame/standard-input.js";

// The widest generator that the schema allows has some 130 million parameters; real looks have a thousand.
const MAX_BYTES = 2 ** 29;

/** How photos begin: `apply photo.jpg look.safetensors` is easily typed. Not from `image/`, which loads the codec. */
const PHOTO_STARTS: readonly (readonly [title: string, start: string])[] = [
  ["a JPEG", "\xff\xd8\xff"],
  ["a PNG", "\x89PNG"],
  ["a TIFF", "II*\0"],
  ["a TIFF", "MM\0*"],
  ["a WebP", "RIFF"],
  ["a GIF", "GIF8"],
];

/**
 * @param operand a path, or `-` for stdin.
 * @throws {FileError} when the file cannot be read, {FormatError} when it is no look, {VersionError} when a
 *   newer build wrote it; every message begins with the path.
 */
export async function readLook(
  operand: string,
  { stdin, signal }: Pick<CommandContext, "stdin" | "signal">,
): Promise<{ look: Look; bytes: number }> {
  const isPiped = operand === STREAM;
  const path = isPiped ? "stdin" : operand;
  const bytes = isPiped
    ? await stdin.readAll(signal)
    : await readRegularFile(path, "a look", { maxBytes: MAX_BYTES });
  const start = Buffer.from(bytes.subarray(0, 4)).toString("latin1");
  const photo = PHOTO_STARTS.find(([, begins]) => start.startsWith(begins));
  if (photo !== undefined) {
    throw new FormatError({
      where: displayPath(path),
      expected: "a look, as synthconv train writes it",
      received: photo[0],
      repair: "The look comes first, photos after it.",
    });
  }
  return { look: parseLook(bytes, path), bytes: bytes.length };
}
