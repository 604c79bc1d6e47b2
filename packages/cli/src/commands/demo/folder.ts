/** The folder that the demo writes into. It knows its own by a note in it, which it writes first of all. */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import {
  asFileError,
  FileError,
  makeFolder,
  readRegularFile,
  writeFileAtomically,
} from "synthconv/internal/node";
import { counted } from "../../report/quantities.js";

export const NOTE_FILE = "synthconv-demo.md";

const TITLE = "# Written by synthconv demo";

/**
 * Makes the folder ready, before anything takes time: afterwards it exists, can be written into, and says
 * whose it is.
 *
 * @param note what the folder's note says below its title.
 * @throws {FileError} when it holds other files and `force` is not set, or cannot be written into.
 */
export async function claimFolder(folder: string, note: string, force: boolean): Promise<void> {
  const names = await namesIn(folder);
  if (names.length > 0 && !force && !(await isOwn(folder))) {
    throw new FileError({
      path: folder,
      expected: "a folder that is new, empty or an earlier demo's",
      received: `one that holds ${names[0]}${names.length > 1 ? ` and ${counted(names.length - 1, "more file", "more files")}` : ""}`,
      repair: "Choose another place with --out, or write into this one with --force.",
    });
  }
  await makeFolder(folder);
  await writeFileAtomically(join(folder, NOTE_FILE), `${TITLE}\n\n${note}`);
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw asFileError(error, folder, "a folder");
  }
}

async function isOwn(folder: string): Promise<boolean> {
  const note = await readRegularFile(join(folder, NOTE_FILE), "the note of a demo").catch(() => "");
  return note.toString().startsWith(`${TITLE}\n`);
}
