// What builders of folders share: when a folder is to be built anew, and how the new one takes the old one's place.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = join(dirname(fileURLToPath(import.meta.url)), "..");

/**
 * Builds a folder, unless nothing that it is made of has changed since the last time.
 *
 * @param options.stamp a name of the folder's own, for what it was made of.
 * @param options.probe a file of the folder: without it there is no folder.
 * @param options.inputs files and folders.
 * @param options.build makes the folder that it is given. Whoever uses the old one meanwhile sees one or the other.
 */
export async function buildFolder(folder, { stamp, probe, inputs, build }) {
  const stampFile = join(root, "node_modules", stamp);
  const wanted = hashOf(inputs);
  const isBuilt = existsSync(join(folder, probe));
  if (isBuilt && existsSync(stampFile) && readFileSync(stampFile, "utf8") === wanted) return;
  const fresh = `${folder}.${process.pid}`;
  try {
    await build(fresh);
    takePlace(fresh, folder);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
  // By a new file: checkouts that were copied with hard links share the old one.
  writeFileSync(`${stampFile}.${process.pid}`, wanted);
  renameSync(`${stampFile}.${process.pid}`, stampFile);
}

/** Moves `fresh` to `place`; of two that build the same at once, whoever comes last finds the other's there. */
function takePlace(fresh, place) {
  const former = `${fresh}.former`;
  try {
    unless(["ENOENT"], () => renameSync(place, former));
    unless(["ENOTEMPTY", "EEXIST"], () => renameSync(fresh, place));
  } finally {
    rmSync(former, { recursive: true, force: true });
  }
}

function unless(codes, act) {
  try {
    act();
  } catch (error) {
    if (!codes.includes(error.code)) throw error;
  }
}

function hashOf(paths) {
  const hash = createHash("sha256");
  for (const path of paths) {
    for (const file of filesUnder(path)) hash.update(file).update(readFileSync(file));
  }
  return hash.digest("hex");
}

function filesUnder(path) {
  const entries = readdirIfFolder(path);
  if (entries === undefined) return [path];
  return entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".tsbuildinfo"))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function readdirIfFolder(path) {
  try {
    return readdirSync(path, { recursive: true, withFileTypes: true });
  } catch {
    return undefined;
  }
}
