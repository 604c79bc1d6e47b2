/**
 * Files that are read are regular ones: a named pipe waits for a writer that may never come, and a device such as
 * /dev/zero never ends.
 */
import { constants, type Stats } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { asFileError, FileError } from "./file-error.js";
import type { FilePath } from "./file-path.js";

/** What Node reads in one piece. */
const MAX_BYTES = 2 ** 31 - 1;

/** A pipe that took the place of the file a moment ago must not wait either. Windows has no such flag. */
export const NO_WAITING: number = constants.O_NONBLOCK ?? 0;

/**
 * @throws {FileError} when `facts` are not those of a regular file.
 */
export function refuseIrregular(
  facts: Pick<Stats, "isFile" | "isDirectory">,
  path: FilePath,
  expected: string,
): void {
  if (facts.isFile()) return;
  const isFolder = facts.isDirectory();
  throw new FileError({
    path,
    expected,
    received: isFolder ? "a folder" : "a device or pipe",
    repair: isFolder ? "Name a file in it." : "Name a regular file.",
    ...(isFolder && { systemCode: "EISDIR" }),
  });
}

/**
 * Opens a regular file for reading and closes it again.
 *
 * @param expected what is wanted of it, for the message: `"a readable photo"`.
 * @throws {FileError} when it is none or the system refuses.
 */
export async function withRegularFile<Result>(
  path: FilePath,
  expected: string,
  use: (file: FileHandle, facts: Stats) => Promise<Result>,
): Promise<Result> {
  let file: FileHandle | undefined;
  try {
    // Looked at before it is opened: a device may do something when it is.
    refuseIrregular(await stat(path), path, expected);
    file = await open(path, constants.O_RDONLY | NO_WAITING);
    const facts = await file.stat();
    refuseIrregular(facts, path, expected);
    return await use(file, facts);
  } catch (error) {
    throw asFileError(error, path, expected);
  } finally {
    // All that was wanted has been read.
    await file?.close().catch(() => undefined);
  }
}

export interface ReadOptions {
  /** The most bytes; 2 GiB by default. */
  readonly maxBytes?: number;
}

/**
 * The bytes of a regular file.
 *
 * @throws {FileError} when it is none, is too large, or the system refuses.
 */
export function readRegularFile(
  path: FilePath,
  expected: string,
  { maxBytes = MAX_BYTES }: ReadOptions = {},
): Promise<Buffer> {
  return withRegularFile(path, expected, async (file, { size }) => {
    if (size <= maxBytes) return wholeOf(file, size);
    throw new FileError({
      path,
      expected: `${expected} of at most ${maxBytes} bytes`,
      received: `${size} bytes`,
    });
  });
}

/** Node takes a read that gives less than was asked for as the end of a file: then the rest is read after it. */
async function wholeOf(file: FileHandle, size: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  do {
    const part = await file.readFile();
    if (part.length === 0) break;
    parts.push(part);
    length += part.length;
  } while (length < size);
  return parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
}
