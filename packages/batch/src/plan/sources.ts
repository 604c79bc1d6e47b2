/** What the operands of a plan mean: folders, buckets, photos, and lists of such names in a text file. */
import { stat } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { displayPath, readRegularFile } from "synthconv/internal/node";
import { CommandError } from "synthconv-cli/internal";
import { formatOfName, unreadFormatOf } from "synthconv-cli/internal/photo-names";
import { isAddress } from "../store/address.js";
import { safeKeyFault } from "../store/safe-key.js";
import type { LeftOut, ObjectFacts, Store } from "../store/store.js";
import { openStore } from "../store/stores.js";

/** Photos below one root. */
export interface Source {
  readonly store: Store;
  /** A page at a time. */
  photos(leftOut: LeftOut, exclude: string | undefined): AsyncIterable<readonly ObjectFacts[]>;
}

// A list of a million names of 100 bytes.
const MAX_LIST_BYTES = 2 ** 28;
// Questions to a store that are on their way at once.
const AT_ONCE = 32;

/**
 * @param operands `s3://bucket/prefix`, a folder, a photo, or a text file with one of such names a line (empty lines and
 *   those that begin with # are left out; relative paths count from the list's folder).
 * @throws {CommandError} when one does not exist.
 */
export async function sourcesOf(operands: readonly string[]): Promise<Source[]> {
  const named = new NamedPhotos();
  const sources: Source[] = [];
  for (const operand of operands) {
    if (isAddress(operand)) sources.push(wholeStore(operand));
    else if (await isFolder(operand)) sources.push(wholeStore(operand));
    else if (isPhotoName(operand)) named.add(resolve(operand), dirname(resolve(operand)));
    else for (const line of await linesOf(operand)) named.add(line, dirname(resolve(operand)));
  }
  return [...sources, ...named.sources()];
}

/** Photos that are named one by one, by the root that they are below. */
class NamedPhotos {
  readonly #byRoot = new Map<string, string[]>();

  /** @param folder that relative paths count from, and the root of what is below it. */
  add(name: string, folder: string): void {
    const [root, key] = placeOf(name, folder);
    const keys = this.#byRoot.get(root) ?? [];
    keys.push(key);
    this.#byRoot.set(root, keys);
  }

  sources(): Source[] {
    return Array.from(this.#byRoot, ([root, keys]) => {
      const store = openStore(root);
      return { store, photos: (leftOut) => factsOf(store, keys, leftOut) };
    });
  }
}

function placeOf(name: string, folder: string): [root: string, key: string] {
  const slash = isAddress(name) ? name.indexOf("/", name.indexOf("://") + 3) : -1;
  if (slash > 0) return [name.slice(0, slash), name.slice(slash + 1)];
  const path = resolve(folder, name);
  const below = relative(folder, path);
  if (!below.startsWith("..") && !isAbsolute(below)) return [folder, below.split(sep).join("/")];
  return [dirname(path), basename(path)];
}

async function* factsOf(
  store: Store,
  keys: readonly string[],
  leftOut: LeftOut,
): AsyncIterable<readonly ObjectFacts[]> {
  for (let first = 0; first < keys.length; first += AT_ONCE) {
    const page = keys.slice(first, first + AT_ONCE).filter((key) => isReadable(store, key, leftOut));
    const facts = await Promise.all(page.map((key) => store.facts(key)));
    for (const [index, one] of facts.entries())
      if (one === undefined)
        leftOut.refused.push({ name: nameIn(store, page[index] ?? ""), reason: "it is not there" });
    yield facts.filter((one) => one !== undefined);
  }
}

function isReadable(store: Store, key: string, leftOut: LeftOut): boolean {
  const fault = safeKeyFault(key);
  if (fault !== undefined) leftOut.refused.push({ name: nameIn(store, key), reason: `its name ${fault}` });
  if (fault !== undefined) return false;
  const unread = unreadFormatOf(key);
  if (unread !== undefined) leftOut.unread.set(unread, (leftOut.unread.get(unread) ?? 0) + 1);
  return unread === undefined;
}

function nameIn({ url }: Store, key: string): string {
  return displayPath(`${url}/${key}`);
}

function wholeStore(address: string): Source {
  const store = openStore(address);
  return { store, photos: (leftOut, exclude) => store.photos(leftOut, exclude) };
}

function isPhotoName(name: string): boolean {
  return formatOfName(name) !== undefined || unreadFormatOf(name) !== undefined;
}

async function linesOf(path: string): Promise<string[]> {
  const bytes = await readRegularFile(path, "a folder, an address, a photo or a list of names", {
    maxBytes: MAX_LIST_BYTES,
  });
  if (bytes.includes(0)) {
    throw new CommandError(
      "LIST",
      `${displayPath(path)}: expected a folder, a photo or a text file with a name a line, received a binary file`,
    );
  }
  const text = bytes.toString("utf8");
  // Some editors begin a text with a mark of its encoding.
  const lines = (text.startsWith("\ufeff") ? text.slice(1) : text).split("\n");
  const names = lines.map((line) => (line.endsWith("\r") ? line.slice(0, -1) : line));
  return names.filter((name) => name !== "" && !name.startsWith("#"));
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(join(path, "")).catch(() => undefined))?.isDirectory() === true;
}
