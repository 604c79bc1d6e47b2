/** A folder of this machine, or one that all machines have mounted at the same place. */
import type { BigIntStats } from "node:fs";
import { link, readdir, rm, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import {
  displayPath,
  FileError,
  makeFolder,
  readRegularFile,
  writeFileAtomically,
} from "synthconv/internal/node";
import { findPhotos } from "synthconv-cli/internal/photo-names";
import { isAddress } from "./address.js";
import { safeKeyFault } from "./safe-key.js";
import { type LeftOut, type ObjectFacts, type Store, StoreError, type StoreKind } from "./store.js";

const PAGE = 1000;
// What the system says of one name, not of the place: `a` is a file and `a/b.jpg` is to be written.
const FAULTS_OF_A_NAME = new Set(["ENOTDIR", "EISDIR", "EEXIST", "ENAMETOOLONG", "ENOENT", "ELOOP"]);

export class FolderStore implements Store {
  readonly url: string;
  readonly #root: string;

  constructor(root: string) {
    this.#root = resolve(root);
    const url = pathToFileURL(this.#root).href;
    // The root of all paths.
    this.url = url.endsWith("/") ? url.slice(0, -1) : url;
  }

  async *list(prefix: string): AsyncIterable<readonly ObjectFacts[]> {
    const folder = prefix.slice(0, prefix.lastIndexOf("/") + 1);
    const keys: string[] = [];
    await collect(join(this.#root, folder), folder, keys);
    const wanted = keys.filter((key) => key.startsWith(prefix)).sort();
    for (let first = 0; first < wanted.length; first += PAGE) {
      yield await this.#factsOf(wanted.slice(first, first + PAGE));
    }
  }

  async *photos(leftOut: LeftOut, exclude: string | undefined): AsyncIterable<readonly ObjectFacts[]> {
    const found = await findPhotos(this.#root, exclude === undefined ? {} : { exclude: pathOf(exclude) });
    for (const [format, count] of found.unread)
      leftOut.unread.set(format, (leftOut.unread.get(format) ?? 0) + count);
    leftOut.otherFiles += found.otherFiles;
    leftOut.links += found.links;
    for (const { path, error } of found.folders)
      leftOut.refused.push({ name: displayPath(path), reason: String(error) });
    const keys: string[] = [];
    for (const { relative } of found.photos) {
      const reason =
        typeof relative === "string"
          ? safeKeyFault(relative)
          : "is no text: rename it, or apply the look to it";
      if (typeof relative === "string" && reason === undefined) keys.push(relative);
      else leftOut.refused.push({ name: displayPath(relative), reason: `its name ${reason}` });
    }
    for (let first = 0; first < keys.length; first += PAGE) {
      yield await this.#factsOf(keys.slice(first, first + PAGE), leftOut);
    }
  }

  async facts(key: string): Promise<ObjectFacts | undefined> {
    const facts = await factsIfThere(this.#path(key));
    if (facts?.isFile() !== true) return undefined;
    const { size, mtimeNs } = facts;
    return {
      key,
      size: Number(size),
      identity: `${size}-${mtimeNs}`,
      modified: Number(mtimeNs / 1_000_000n),
    };
  }

  async read(key: string): Promise<{ bytes: Buffer; identity: string } | undefined> {
    // Before it is read: what changes meanwhile has another identity next time.
    const facts = await this.facts(key);
    try {
      const bytes = await readRegularFile(this.#path(key), "a readable file");
      return facts && { bytes, identity: facts.identity };
    } catch (error) {
      if (error instanceof FileError && error.systemCode === "ENOENT") return undefined;
      throw error;
    }
  }

  async write(key: string, bytes: Uint8Array): Promise<void> {
    const path = this.#path(key);
    try {
      await makeFolder(dirname(path));
      await writeFileAtomically(path, bytes);
    } catch (error) {
      throw asStoreError(error);
    }
  }

  async writeNew(key: string, bytes: Uint8Array): Promise<boolean> {
    // A link is made only where there is none: two that write at once do not both succeed.
    const temporary = `${key}.${process.pid}.${Date.now()}.new`;
    await this.write(temporary, bytes);
    try {
      await link(this.#path(temporary), this.#path(key));
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
      // File systems without links: then the last one wins.
      if ((await this.facts(key)) !== undefined) return false;
      await this.write(key, bytes);
      return true;
    } finally {
      await rm(this.#path(temporary), { force: true });
    }
  }

  async remove(keys: readonly string[]): Promise<void> {
    for (const key of keys) await rm(this.#path(key), { force: true });
  }

  close(): void {}

  /** @param leftOut takes what cannot be looked at; without it, that is an error. */
  async #factsOf(keys: readonly string[], leftOut?: LeftOut): Promise<ObjectFacts[]> {
    const facts = await Promise.all(
      keys.map((key) =>
        this.facts(key).catch((error: unknown) => {
          if (leftOut === undefined) throw error;
          leftOut.refused.push({ name: displayPath(this.#path(key)), reason: (error as Error).message });
          return undefined;
        }),
      ),
    );
    return facts.filter((one) => one !== undefined);
  }

  #path(key: string): string {
    const fault = safeKeyFault(key);
    if (fault !== undefined)
      throw new StoreError(`${displayPath(key)} ${fault}: it may not be used as a name`);
    return join(this.#root, key);
  }
}

/** @throws {StoreError} where nobody can tell: a photo behind a fault of the disk is not one that is gone. */
async function factsIfThere(path: string): Promise<BigIntStats | undefined> {
  try {
    return await stat(path, { bigint: true });
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    if (FAULTS_OF_A_NAME.has(code)) return undefined;
    throw new StoreError(`${displayPath(path)}: expected a file that can be looked at, received ${message}`);
  }
}

/** Names of files below a folder, `/` between them; temporaries of writers are left out. */
async function collect(folder: string, prefix: string, keys: string[]): Promise<void> {
  let entries: Awaited<ReturnType<typeof entriesOf>>;
  try {
    entries = await entriesOf(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw new StoreError(`${displayPath(folder)}: it cannot be listed (${(error as Error).message})`);
  }
  for (const entry of entries) {
    if (entry.isDirectory()) await collect(join(folder, entry.name), `${prefix}${entry.name}/`, keys);
    else if (entry.isFile() && !entry.name.endsWith(".tmp")) keys.push(prefix + entry.name);
  }
}

function entriesOf(folder: string) {
  return readdir(folder, { withFileTypes: true });
}

function asStoreError(error: unknown): unknown {
  if (!(error instanceof FileError) || FAULTS_OF_A_NAME.has(error.systemCode ?? "EISDIR")) return error;
  return new StoreError(error.message, { cause: error });
}

/** The path of a folder's address. */
export function pathOf(url: string): string {
  return fileURLToPath(url);
}

export const folder: StoreKind = {
  name: "folder",
  example: "a folder",
  open(address) {
    if (address.startsWith("file:")) return new FolderStore(pathOf(address));
    return isAddress(address) ? undefined : new FolderStore(address);
  },
};
