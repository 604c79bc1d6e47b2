/**
 * Paths as the file system has them. On Linux a name is bytes, and not every name is UTF-8: such a name stays
 * a Buffer from end to end, because a string would name another file.
 */
import { dirname, join, resolve } from "node:path";
import { visibleBytes, visibleText } from "../core/visible-text.js";

/** A path that Node's file functions take as it is. */
export type FilePath = string | Buffer;

const SEPARATOR = 0x2f;

/** The bytes as a string where that loses nothing, else as a Buffer. */
export function pathFromBytes(bytes: Buffer): FilePath {
  const text = bytes.toString("utf8");
  return Buffer.from(text, "utf8").equals(bytes) ? text : bytes;
}

/** The parts joined by separators; a Buffer when one of the parts is no UTF-8. */
export function joinPath(folder: FilePath, ...names: readonly FilePath[]): FilePath {
  const parts = [folder, ...names];
  if (parts.every((part) => typeof part === "string")) return join(...parts);
  const bytes = parts.flatMap((part, index) => {
    const own = Buffer.from(part);
    const separated = index === parts.length - 1 || own.at(-1) === SEPARATOR;
    return separated ? [own] : [own, Buffer.from([SEPARATOR])];
  });
  return pathFromBytes(Buffer.concat(bytes));
}

/** The folder that holds `path`, absolute. */
export function folderOf(path: FilePath): FilePath {
  if (typeof path === "string") return dirname(resolve(path));
  const end = path.lastIndexOf(SEPARATOR);
  if (end < 0) return resolve(".");
  return end === 0 ? "/" : pathFromBytes(path.subarray(0, end));
}

/** How a message writes a path: one line, with nothing in it that could steer a terminal or is not seen. */
export function displayPath(path: FilePath): string {
  return typeof path === "string" ? visibleText(path) : visibleBytes(path);
}
