/** The files of looks. */
import { readFile, stat } from "node:fs/promises";
import { asFileError } from "synthconv/internal";
import { type Look, parseLook } from "synthconv/look";
import { FileError } from "synthconv/node";

// The widest generator that the schema allows has some 130 million parameters; real looks have a thousand.
const MAX_BYTES = 2 ** 29;

/**
 * @throws {FileError} when the file cannot be read, {FormatError} when it is no look, {VersionError} when a
 *   newer build wrote it; every message begins with the path.
 */
export async function readLook(path: string): Promise<{ look: Look; bytes: number }> {
  try {
    const { size } = await stat(path);
    if (size > MAX_BYTES) {
      throw new FileError({
        path,
        expected: `a look of at most ${MAX_BYTES} bytes`,
        received: `${size} bytes`,
      });
    }
    const bytes = await readFile(path);
    return { look: parseLook(bytes, path), bytes: bytes.length };
  } catch (error) {
    throw asFileError(error, path, "a look");
  }
}
