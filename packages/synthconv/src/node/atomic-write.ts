/**
 * Files that appear whole or not at all: written under another name in the same folder, forced to the disk,
 * renamed over the target, and the folder forced to the disk as well, so that the rename survives a power
 * loss. Until the rename the old file is untouched.
 */
import { chmod, mkdir, open, realpath, rename, rm, stat } from "node:fs/promises";
import {
  BYTES,
  check,
  checkOptions,
  type Fields,
  FUNCTION,
  type Kind,
  kind,
  optional,
  SIGNAL,
} from "../core/index.js";
import { asFileError, systemCodeOf } from "./file-error.js";
import { type FilePath, folderOf, joinPath, pathFromBytes } from "./file-path.js";
import { checkPath } from "./kinds.js";
import { removeLeftoversOnce, temporaryName } from "./leftovers.js";
import { refuseIrregular } from "./regular-file.js";
import { forgetTemporary, rememberTemporary } from "./temporary-files.js";

/** The bytes of a file, or a function that writes them to the path that it is given. */
export type FileContent = string | Uint8Array | ((temporary: FilePath) => Promise<void>);

export interface AtomicWriteOptions {
  /** Once aborted, the target is left as it was, and the signal's reason is thrown. */
  readonly signal?: AbortSignal;
}

const EXPECTED = "a writable file";

const CONTENT: Kind<FileContent> = kind(
  "a string, bytes, or an async function that writes the file",
  (value) => typeof value === "string" || BYTES.accepts(value) || FUNCTION.accepts(value),
  BYTES.repair,
);
const OPTIONS: Fields<AtomicWriteOptions> = { signal: optional(SIGNAL) };

/**
 * Writes a file whole or not at all. A target that is a symbolic link stays one: the file it points to is
 * replaced. The permissions of a replaced file are kept.
 *
 * @throws {FileError} when the target is a folder or a device, or the system refuses (full disk, no
 *   permission, ...). The old file is intact and the temporary is gone, or goes with the next file that is written
 *   there.
 * @throws {ValueError} when an argument is of another kind.
 */
export async function writeFileAtomically(
  path: FilePath,
  content: FileContent,
  options: AtomicWriteOptions = {},
): Promise<void> {
  checkPath("writeFileAtomically", path);
  check("writeFileAtomically", "content", content, CONTENT);
  checkOptions("writeFileAtomically", options, OPTIONS);
  const { signal } = options;
  signal?.throwIfAborted();
  const { target, mode } = await inspectTarget(path);
  const folder = folderOf(target);
  await removeLeftoversOnce(folder);
  const temporary = joinPath(folder, temporaryName());
  rememberTemporary(temporary);
  try {
    await writeTemporary(temporary, content);
    if (mode !== undefined) await chmod(temporary, mode);
    signal?.throwIfAborted();
    await rename(temporary, target);
    await syncFolder(folder);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw asFileError(error, path, EXPECTED);
  } finally {
    forgetTemporary(temporary);
  }
}

/**
 * Makes a folder and those above it, where they do not exist yet.
 *
 * @throws {FileError} when the system refuses.
 */
export async function makeFolder(path: FilePath): Promise<void> {
  checkPath("makeFolder", path);
  try {
    await makeFolders(path);
  } catch (error) {
    throw asFileError(error, path, "a folder that exists or can be made");
  }
}

/**
 * Not `mkdir` with `recursive`: where the system answers ENOENT although the parent exists (below /proc), Node
 * 20 never returns from it.
 */
async function makeFolders(path: FilePath, isLastTry = false): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const code = systemCodeOf(error);
    if (code === "EEXIST" && (await stat(path)).isDirectory()) return;
    if (code !== "ENOENT" || isLastTry) throw error;
    const parent = folderOf(path);
    // Where the parent exists, somebody else may have made it a moment ago.
    if (!(await exists(parent))) await makeFolders(parent);
    await makeFolders(path, true);
  }
}

async function exists(path: FilePath): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function inspectTarget(path: FilePath): Promise<{ target: FilePath; mode?: number }> {
  try {
    const target = pathFromBytes(await realpath(path, "buffer"));
    const facts = await stat(target);
    refuseIrregular(facts, path, EXPECTED);
    return { target, mode: facts.mode & 0o7777 };
  } catch (error) {
    if (systemCodeOf(error) === "ENOENT") return { target: path };
    throw asFileError(error, path, EXPECTED);
  }
}

async function writeTemporary(temporary: FilePath, content: FileContent): Promise<void> {
  // "wx": a temporary is never shared, and never somebody else's link.
  const created = await open(temporary, "wx");
  try {
    if (typeof content !== "function") {
      await created.writeFile(content);
      await created.sync();
    }
  } finally {
    await created.close();
  }
  if (typeof content !== "function") return;
  await content(temporary);
  const written = await open(temporary, "r+");
  try {
    await written.sync();
  } finally {
    await written.close();
  }
}

async function syncFolder(folder: FilePath): Promise<void> {
  // Windows cannot open folders, and some network file systems cannot sync them: the file itself is safe.
  const handle = await open(folder, "r").catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close().catch(() => undefined);
}
