import { displayPath, FileError } from "synthconv/internal/node";
/** Photos before and after a look, matched by their names. */

import { ShapeError } from "synthconv/look";
import type { FilePath } from "synthconv/node";
import { type FoundPhoto, findPhotos, lastName } from "./find-photos.js";
import { formatSize, type PhotoHeader } from "./photo-header.js";
import { nameOf } from "./photo-source.js";

export interface PhotoPair {
  /** What the two names have in common. */
  readonly name: string;
  readonly before: FilePath;
  readonly after: FilePath;
}

// Enough to see a pattern in the names; a thousand names would hide the message.
const MAX_NAMES = 8;

/**
 * Pairs of photos: two files, or two folders whose photos have the same names (and the same places below the
 * folder), whatever their extensions.
 *
 * @throws {FileError} when a photo has no partner or several, or one path is a file and the other a folder.
 */
export async function pairPhotos(before: FilePath, after: FilePath): Promise<PhotoPair[]> {
  const befores = await photosOf(before);
  const afters = await photosOf(after);
  if (befores === "file" && afters === "file") {
    return [{ name: stemOf(displayPath(lastName(before))), before, after }];
  }
  if (befores === "file" || afters === "file") {
    throw new FileError({
      path: after,
      expected: befores === "file" ? "a photo, as the one before is" : "a folder, as the one before is",
      received: afters === "file" ? "a file" : "a folder",
      repair: "Name two photos or two folders.",
    });
  }
  const afterByName = byName(afters, after);
  const beforeByName = byName(befores, before);
  const lonelyBefore = [...beforeByName.keys()].filter((name) => !afterByName.has(name));
  const lonelyAfter = [...afterByName.keys()].filter((name) => !beforeByName.has(name));
  if (lonelyBefore.length + lonelyAfter.length > 0) {
    const parts = [
      ...(lonelyBefore.length > 0 ? [`only before: ${list(lonelyBefore)}`] : []),
      ...(lonelyAfter.length > 0 ? [`only after: ${list(lonelyAfter)}`] : []),
    ];
    throw new FileError({
      path: after,
      expected: `the photos of ${displayPath(before)}, by name`,
      received: parts.join("; "),
      repair: "Give every photo a partner of the same name, or take it out of its folder.",
    });
  }
  return [...beforeByName].map(([name, path]) => ({
    name,
    before: path,
    after: afterByName.get(name) as FilePath,
  }));
}

/**
 * @throws {ShapeError} when the two photos of a pair differ in size (upright).
 */
export function checkSameSize(before: PhotoHeader, after: PhotoHeader): void {
  if (before.width === after.width && before.height === after.height) return;
  throw new ShapeError({
    where: nameOf(after.source),
    expected: `${formatSize(before)} pixels, as ${nameOf(before.source)} has`,
    received: formatSize(after),
    repair: "Export the photo again in its full size, without a crop.",
  });
}

async function photosOf(path: FilePath): Promise<"file" | readonly FoundPhoto[]> {
  const { photos, folders } = await findPhotos(path);
  // What is in it might be the other half of a pair.
  const [unread] = folders;
  if (unread !== undefined) throw unread.error;
  const [only] = photos;
  if (only === undefined) {
    throw new FileError({ path, expected: "a folder with photos", received: "none in it" });
  }
  return only.path === path ? "file" : photos;
}

function byName(photos: readonly FoundPhoto[], folder: FilePath): Map<string, FilePath> {
  const paths = new Map<string, FilePath>();
  for (const { path, relative } of photos) {
    const name = stemOf(displayPath(relative));
    const other = paths.get(name);
    if (other !== undefined) {
      throw new FileError({
        path: folder,
        expected: "one photo of each name",
        received: `${displayPath(other)} and ${displayPath(path)}`,
        repair: "Take one of them out of the folder.",
      });
    }
    paths.set(name, path);
  }
  return paths;
}

function stemOf(relative: string): string {
  return relative.replace(/\.[^./\\]*$/, "");
}

function list(names: readonly string[]): string {
  const shown = names.slice(0, MAX_NAMES).join(", ");
  return names.length > MAX_NAMES ? `${shown} and ${names.length - MAX_NAMES} more` : shown;
}
