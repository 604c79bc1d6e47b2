import { readRegularFile } from "synthconv/internal/node";
/** The files of looks. */
import { type Look, parseLook } from "synthconv/look";

// The widest generator that the schema allows has some 130 million parameters; real looks have a thousand.
const MAX_BYTES = 2 ** 29;

/**
 * @throws {FileError} when the file cannot be read, {FormatError} when it is no look, {VersionError} when a
 *   newer build wrote it; every message begins with the path.
 */
export async function readLook(path: string): Promise<{ look: Look; bytes: number }> {
  const bytes = await readRegularFile(path, "a look", { maxBytes: MAX_BYTES });
  return { look: parseLook(bytes, path), bytes: bytes.length };
}
