/** Files written into a folder that a person chose. */
import { freeName } from "./free-name.js";
import type { NamedFile } from "./save.js";

/**
 * Writes a file: whole or not at all, beside what is there and never in its place.
 *
 * @returns the name that it got: another one where its own is taken.
 * @throws {DOMException} as the browser does: `NotAllowedError`, `QuotaExceededError`, `NotFoundError` where the folder is gone.
 */
export async function writeInto(
  folder: FileSystemDirectoryHandle,
  { name: wanted, blob }: NamedFile,
): Promise<string> {
  const name = await freeName(wanted, (one) => isTaken(folder, one));
  // There is an empty file from here on, which goes again if it cannot be filled.
  const handle = await folder.getFileHandle(name, { create: true });
  try {
    await fill(handle, blob);
    return name;
  } catch (error) {
    await folder.removeEntry(name).catch(() => undefined);
    throw error;
  }
}

/** The file system says, which knows whether upper and lower case are one to it. */
async function isTaken(folder: FileSystemDirectoryHandle, name: string): Promise<boolean> {
  try {
    await folder.getFileHandle(name);
    return true;
  } catch (error) {
    const kind = (error as DOMException).name;
    if (kind === "NotFoundError") return false;
    // A folder of that name.
    if (kind === "TypeMismatchError") return true;
    throw error;
  }
}

/** Browsers write beside it, and put it in its place when it is closed. */
async function fill(handle: FileSystemFileHandle, blob: Blob): Promise<void> {
  const writable = await handle.createWritable();
  try {
    await writable.write(blob);
    await writable.close();
  } catch (error) {
    await writable.abort().catch(() => undefined);
    throw error;
  }
}
