/** Where the results of a command go, and what must not be written over. */
import { stat } from "node:fs/promises";
import { displayPath, FileError, type FilePath, joinPath, pathFromBytes } from "synthconv/node";
import type { FoundPhoto } from "./find-photos.js";
import { FORMATS, formatOfName, type PhotoFormat } from "./photo-format.js";

export interface PlannedPhoto {
  readonly input: FilePath;
  readonly output: FilePath;
}

export interface PlanOptions {
  /** Written in this format, with its extension, whatever the input's. */
  readonly format?: Exclude<PhotoFormat, "gif">;
}

/**
 * One output for each photo. One photo goes to the file `output`, unless that is a folder, ends in a slash or
 * has no extension; several photos go into the folder `output`, each where it was below the folder that was
 * searched.
 *
 * @throws {FileError} when two photos would be written to one file, or several to a file.
 */
export async function planOutputs(
  photos: readonly FoundPhoto[],
  output: FilePath,
  options: PlanOptions = {},
): Promise<PlannedPhoto[]> {
  const [first] = photos;
  const toFolder = await isFolderOutput(output);
  if (photos.length === 1 && first !== undefined && !toFolder) return [{ input: first.path, output }];
  if (!toFolder) {
    throw new FileError({
      path: output,
      expected: `a folder for ${photos.length} photos`,
      received: "the name of a file",
      repair: "Name a folder; it is made when it does not exist.",
    });
  }
  const planned = photos.map(({ path, relative }) => ({
    input: path,
    output: joinPath(output, options.format ? withExtension(relative, options.format) : relative),
  }));
  refuseCollisions(planned);
  return planned;
}

/**
 * @throws {FileError} when the output is the input, under whatever name, or exists and `force` is not set.
 */
export async function checkOutput(
  { input, output }: PlannedPhoto,
  { force = false }: { readonly force?: boolean } = {},
): Promise<void> {
  const existing = await identityOf(output);
  if (existing === undefined) return;
  if (existing === (await identityOf(input))) {
    throw new FileError({
      path: output,
      expected: "an output beside the input",
      received: `the input itself${displayPath(input) === displayPath(output) ? "" : `, ${displayPath(input)}`}`,
      repair: "Choose another output: an input is never written over.",
    });
  }
  if (force) return;
  throw new FileError({
    path: output,
    expected: "a file that does not exist yet",
    received: "one that does",
    repair: "Choose another output, or write over it with --force.",
  });
}

async function isFolderOutput(output: FilePath): Promise<boolean> {
  const facts = await stat(output).catch(() => undefined);
  if (facts !== undefined) return facts.isDirectory();
  const text = displayPath(output);
  return /[/\\]$/.test(text) || formatOfName(text) === undefined;
}

/** Device and file number: the same for a file under all of its names and links. */
async function identityOf(path: FilePath): Promise<string | undefined> {
  const facts = await stat(path, { bigint: true }).catch(() => undefined);
  return facts === undefined ? undefined : `${facts.dev}:${facts.ino}`;
}

function withExtension(relative: FilePath, format: PhotoFormat): FilePath {
  if (formatOfName(displayPath(relative)) === format) return relative;
  const bytes = Buffer.from(relative);
  const dot = bytes.lastIndexOf(0x2e);
  const stem = dot > bytes.lastIndexOf(0x2f) ? bytes.subarray(0, dot) : bytes;
  return pathFromBytes(Buffer.concat([stem, Buffer.from(`.${FORMATS[format].extensions[0]}`)]));
}

function refuseCollisions(planned: readonly PlannedPhoto[]): void {
  const inputs = new Map<string, FilePath>();
  for (const { input, output } of planned) {
    // Without case: on many file systems a.JPG and a.jpg are one file.
    const key = Buffer.from(output).toString("latin1").toLowerCase();
    const other = inputs.get(key);
    if (other !== undefined) {
      throw new FileError({
        path: output,
        expected: "an output for each photo",
        received: `the same one for ${displayPath(other)} and ${displayPath(input)}`,
        repair: "Rename one of them, or give them outputs in two runs.",
      });
    }
    inputs.set(key, input);
  }
}
