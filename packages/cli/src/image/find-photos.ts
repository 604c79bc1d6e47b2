/** Which photos a command is about: files as they are named, folders with all that is in them. */
import type { Dirent, Stats } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { asFileError, displayPath, joinPath, pathFromBytes } from "synthconv/internal/node";
import type { FilePath } from "synthconv/node";
import { isClipName } from "../clip/containers.js";
import { formatOfName } from "./photo-formats.js";
import { unreadFormatOf } from "./unread-formats.js";

export interface FoundPhoto {
  readonly path: FilePath;
  /** Where it is below the folder that was searched; of a file that was named, its name. */
  readonly relative: FilePath;
}

/** What a search leaves out, and counts. */
export interface LeftOut {
  /** Photos of formats that are not read, by the format's name. */
  readonly unread: ReadonlyMap<string, number>;
  /** Files whose names are no photo's. */
  readonly otherFiles: number;
  /** Symbolic links that were not followed. */
  readonly links: number;
  /** Folders that may not be entered or cannot be resolved: what is in them is not known. */
  readonly folders: readonly UnreadFolder[];
}

export interface UnreadFolder {
  readonly path: FilePath;
  readonly error: unknown;
}

export interface FoundPhotos extends LeftOut {
  /** Sorted by the bytes of their relative paths: the same order on every machine. */
  readonly photos: readonly FoundPhoto[];
}

export const NOTHING_LEFT_OUT: LeftOut = { unread: new Map(), otherFiles: 0, links: 0, folders: [] };

/** The counts of several searches together. */
export function addLeftOut(a: LeftOut, b: LeftOut): LeftOut {
  const unread = new Map(a.unread);
  for (const [format, count] of b.unread) unread.set(format, (unread.get(format) ?? 0) + count);
  const [otherFiles, links] = [a.otherFiles + b.otherFiles, a.links + b.links];
  return { unread, otherFiles, links, folders: [...a.folders, ...b.folders] };
}

export interface FindOptions {
  /** Follow symbolic links inside a folder. A path that is named itself is always followed. */
  readonly followLinks?: boolean;
  /** Find clips as well. */
  readonly clips?: boolean;
  /** A folder that is left out: the one that outputs go to, should it lie within. */
  readonly exclude?: FilePath;
}

/**
 * A file, whatever its name, or the photos in a folder and the folders below, known by their extensions. Hidden
 * files and folders are left out: they are other programs' caches and copies.
 *
 * @throws {FileError} when `path` does not exist.
 */
export async function findPhotos(path: FilePath, options: FindOptions = {}): Promise<FoundPhotos> {
  const facts = await factsOf(path);
  if (!facts.isDirectory()) return { photos: [{ path, relative: lastName(path) }], ...NOTHING_LEFT_OUT };
  const walk: Walk = {
    followLinks: options.followLinks === true,
    clips: options.clips === true,
    excluded: options.exclude && (await identityOf(options.exclude).catch(() => undefined)),
    seen: new Set(),
    photos: [],
    unread: new Map(),
    otherFiles: 0,
    links: 0,
    folders: [],
  };
  await walkFolder(walk, path, undefined);
  const { photos, unread, otherFiles, links, folders } = walk;
  photos.sort((a, b) => Buffer.compare(Buffer.from(a.relative), Buffer.from(b.relative)));
  return { photos, unread, otherFiles, links, folders };
}

interface Walk {
  readonly followLinks: boolean;
  readonly clips: boolean;
  readonly excluded: string | undefined;
  /** Folders that were visited: links can lead in circles. */
  readonly seen: Set<string>;
  readonly photos: FoundPhoto[];
  readonly unread: Map<string, number>;
  otherFiles: number;
  links: number;
  readonly folders: UnreadFolder[];
}

async function walkFolder(walk: Walk, folder: FilePath, relative: FilePath | undefined): Promise<void> {
  for (const entry of await entriesOf(walk, folder)) {
    // "." is where the names of hidden files begin.
    if (entry.name[0] === 0x2e) continue;
    const name = pathFromBytes(entry.name);
    const path = joinPath(folder, name);
    const below = relative === undefined ? name : joinPath(relative, name);
    const kind = await kindOf(entry, path, walk.followLinks);
    if (kind === "folder") await walkFolder(walk, path, below);
    else if (kind === "link") walk.links++;
    else if (kind === "file" && isWanted(walk, name)) {
      walk.photos.push({ path, relative: below });
    } else {
      const format = kind === "file" ? unreadFormatOf(displayPath(name)) : undefined;
      if (format === undefined) walk.otherFiles++;
      else walk.unread.set(format, (walk.unread.get(format) ?? 0) + 1);
    }
  }
}

function isWanted({ clips }: Walk, name: FilePath): boolean {
  return formatOfName(displayPath(name)) !== undefined || (clips && isClipName(name));
}

/** What is in a folder: nothing where it is left out or was visited, or cannot be read, which is noted. */
async function entriesOf(walk: Walk, folder: FilePath): Promise<Dirent<Buffer>[]> {
  try {
    const identity = await identityOf(folder);
    if (identity === walk.excluded || walk.seen.has(identity)) return [];
    walk.seen.add(identity);
    return await readdir(folder, { withFileTypes: true, encoding: "buffer" });
  } catch (error) {
    walk.folders.push({ path: folder, error: asFileError(error, folder, "a readable folder") });
    return [];
  }
}

async function kindOf(
  entry: Dirent<Buffer>,
  path: FilePath,
  followLinks: boolean,
): Promise<"file" | "folder" | "link" | "other"> {
  if (entry.isFile()) return "file";
  if (entry.isDirectory()) return "folder";
  if (!entry.isSymbolicLink()) return "other";
  if (!followLinks) return "link";
  const facts = await stat(path).catch(() => undefined);
  return facts?.isFile() ? "file" : facts?.isDirectory() ? "folder" : "other";
}

async function factsOf(path: FilePath): Promise<Stats> {
  try {
    return await stat(path);
  } catch (error) {
    throw asFileError(error, path, "a photo or a folder of photos");
  }
}

/** The same for every path to one folder. */
async function identityOf(path: FilePath): Promise<string> {
  const { dev, ino } = await stat(path, { bigint: true });
  return `${dev}:${ino}`;
}

/** The path's last part, without the folders before it. */
export function lastName(path: FilePath): FilePath {
  const bytes = Buffer.from(path);
  const end = bytes.at(-1) === 0x2f ? bytes.length - 1 : bytes.length;
  const start = Math.max(
    bytes.lastIndexOf(0x2f, end - 1),
    process.platform === "win32" ? bytes.lastIndexOf(0x5c, end - 1) : -1,
  );
  return pathFromBytes(bytes.subarray(start + 1, end));
}
