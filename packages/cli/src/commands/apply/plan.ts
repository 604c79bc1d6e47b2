/**
 * Which photo goes where. All of it is settled before the first photo is read, so that a plan that would
 * overwrite an input or write one file twice fails with nothing touched.
 */
import { readdir, stat } from "node:fs/promises";
import { asFileError, displayPath, type FilePath, joinPath, pathFromBytes } from "synthconv/node";
import { UsageError } from "../../frame/failure.js";
import { formatOfName } from "../../image/photo-format.js";

export interface PlannedPhoto {
  readonly input: FilePath;
  readonly output: FilePath;
}

export interface ApplyPlan {
  readonly photos: readonly PlannedPhoto[];
  /** Files in folders whose names are no photo's. */
  readonly otherFiles: number;
  /** Symbolic links in folders: they are not followed. */
  readonly links: number;
}

/** A file that was found, with its place under the operand it was found in. */
interface FoundPhoto {
  readonly input: FilePath;
  readonly relative: readonly FilePath[];
}

/**
 * One photo and an output with a photo's extension: that file. Otherwise the output is a folder; photos are
 * written into it by their names, folders' contents by their paths inside the folder.
 *
 * @throws {UsageError} when two photos would be written to one file, an output is an input, or several photos
 *   are to go into one file.
 * @throws {FileError} when a folder cannot be read. A photo that does not exist is planned, and fails later.
 */
export async function planApply(operands: readonly string[], output: string): Promise<ApplyPlan> {
  const [only = ""] = operands;
  const outputKind = await kindOf(output);
  const single = operands.length === 1 && (await kindOf(only)) !== "folder";
  if (single && outputKind !== "folder" && formatOfName(output) !== undefined) {
    const photos = [{ input: only, output }];
    await refuseInputs(photos);
    return { photos, otherFiles: 0, links: 0 };
  }
  if (outputKind === "file" || (outputKind === undefined && formatOfName(output) !== undefined)) {
    throw new UsageError(`--output: expected a folder for several photos, received the file ${displayPath(output)}`);
  }
  const search = new PhotoSearch(await identityOf(output));
  for (const operand of operands) await search.add(operand);
  const photos = search.found.map(({ input, relative }) => ({ input, output: joinPath(output, ...relative) }));
  refuseCollisions(photos);
  await refuseInputs(photos);
  return { photos, otherFiles: search.otherFiles, links: search.links };
}

class PhotoSearch {
  readonly found: FoundPhoto[] = [];
  otherFiles = 0;
  links = 0;
  readonly #skipped: string | undefined;

  /** @param skipped the output folder, which may lie inside an input folder and is no input. */
  constructor(skipped: string | undefined) {
    this.#skipped = skipped;
  }

  async add(operand: string): Promise<void> {
    if ((await kindOf(operand)) === "folder") return this.#walk(operand, []);
    const name = operand.split(/[/\\]/).at(-1) ?? operand;
    this.found.push({ input: operand, relative: [name] });
  }

  async #walk(folder: FilePath, relative: readonly FilePath[]): Promise<void> {
    for (const { name, kind } of await entriesOf(folder)) {
      const path = joinPath(folder, name);
      const place = [...relative, name];
      if (kind === "link") this.links++;
      else if (kind === "folder") {
        if ((await identityOf(path)) !== this.#skipped) await this.#walk(path, place);
      } else if (kind === "photo") this.found.push({ input: path, relative: place });
      else this.otherFiles++;
    }
  }
}

interface Entry {
  readonly name: FilePath;
  readonly kind: "photo" | "folder" | "link" | "other";
}

/** In the order of the names' bytes, so that every run goes the same way. Hidden entries are left out. */
async function entriesOf(folder: FilePath): Promise<Entry[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true, encoding: "buffer" });
    entries.sort((a, b) => Buffer.compare(a.name, b.name));
    return entries.flatMap((entry): Entry[] => {
      const name = pathFromBytes(entry.name);
      const text = displayPath(name);
      if (text.startsWith(".")) return [];
      if (entry.isSymbolicLink()) return [{ name, kind: "link" }];
      if (entry.isDirectory()) return [{ name, kind: "folder" }];
      return [{ name, kind: entry.isFile() && formatOfName(text) !== undefined ? "photo" : "other" }];
    });
  } catch (error) {
    throw asFileError(error, folder, "a readable folder");
  }
}

function refuseCollisions(photos: readonly PlannedPhoto[]): void {
  const writers = new Map<string, FilePath>();
  for (const { input, output } of photos) {
    const key = Buffer.from(output).toString("latin1");
    const other = writers.get(key);
    if (other !== undefined) {
      throw new UsageError(
        `${displayPath(other)} and ${displayPath(input)} would both be written to ${displayPath(output)}: apply them separately`,
      );
    }
    writers.set(key, input);
  }
}

/** Compared by device and inode: other spellings, links and case-blind file systems are seen through. */
async function refuseInputs(photos: readonly PlannedPhoto[]): Promise<void> {
  const inputs = new Map<string, FilePath>();
  for (const { input } of photos) {
    const identity = await identityOf(input);
    if (identity !== undefined) inputs.set(identity, input);
  }
  for (const { output } of photos) {
    const identity = await identityOf(output);
    const input = identity === undefined ? undefined : inputs.get(identity);
    if (input === undefined) continue;
    throw new UsageError(
      `--output: ${displayPath(output)} is the input ${displayPath(input)}, which is never overwritten: choose another place`,
    );
  }
}

async function kindOf(path: FilePath): Promise<"file" | "folder" | undefined> {
  const facts = await stat(path).catch(() => undefined);
  return facts && (facts.isDirectory() ? "folder" : "file");
}

async function identityOf(path: FilePath): Promise<string | undefined> {
  const facts = await stat(path, { bigint: true }).catch(() => undefined);
  return facts && `${facts.dev}:${facts.ino}`;
}
