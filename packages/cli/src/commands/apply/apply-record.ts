/**
 * What `apply` has done in a folder, for `--resume`: a line per photo in a file beside the folder. A line says
 * which output was made of which input by which recipe, and how the system describes both files. One that is
 * lost or no longer fits costs time, never a photo: the photo is then made again and compared.
 */
import { appendFile, stat, unlink } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { readRegularFile } from "synthconv/internal/node";
import type { FilePath } from "synthconv/node";
import { pathFields } from "../../report/path-fields.js";
import type { PlannedPhoto } from "./plan.js";

/** Beside the folder and not in it: the folder is the user's, and holds photos alone. */
export function recordPath(folder: string): string {
  const path = resolve(folder);
  return join(dirname(path), `.${basename(path)}.synthconv-apply.jsonl`);
}

// A line has some 250 bytes: a quarter of a million photos.
const MAX_BYTES = 2 ** 26;

/** How the system describes a file: another number, size or time of change is another file, or the same changed. */
export type FileFacts = string;

interface Entry {
  readonly recipe: string;
  readonly input: FileFacts;
  readonly file: FileFacts;
}

/** `made`: by this recipe from this input, untouched since. `ours`: by another one, or from the input as it was. */
export type Origin = "made" | "ours" | "unknown";

export class ApplyRecord {
  readonly #path: string;
  readonly #recipe: string;
  readonly #entries: ReadonlyMap<string, Entry>;

  private constructor(path: string, recipe: string, text: string) {
    this.#path = path;
    this.#recipe = recipe;
    this.#entries = entriesIn(text);
  }

  /** @param recipe everything beside the input that decides what an output is. */
  static async open(folder: string, recipe: string): Promise<ApplyRecord> {
    const path = recordPath(folder);
    const options = { maxBytes: MAX_BYTES };
    const bytes = await readRegularFile(path, "a record of apply", options).catch(() => undefined);
    return new ApplyRecord(path, recipe, bytes?.toString("utf8") ?? "");
  }

  async originOf({ input, output, relative }: PlannedPhoto): Promise<Origin> {
    const entry = this.#entries.get(keyOf(relative));
    if (entry === undefined || entry.file !== (await factsOf(output))) return "unknown";
    return entry.recipe === this.#recipe && entry.input === (await factsOf(input)) ? "made" : "ours";
  }

  /** @param input facts from before the input was read. */
  async add({ output, relative }: PlannedPhoto, input: FileFacts | undefined): Promise<void> {
    const file = await factsOf(output);
    if (input === undefined || file === undefined) return;
    const line = { ...pathFields("output", relative), recipe: this.#recipe, input, file };
    await appendFile(this.#path, `${JSON.stringify(line)}\n`).catch(() => undefined);
  }

  /** Every photo is there: nothing is left to go on with. */
  async finish(): Promise<void> {
    await unlink(this.#path).catch(() => undefined);
  }
}

/** Undefined where there is no such file. */
export async function factsOf(path: FilePath): Promise<FileFacts | undefined> {
  const facts = await stat(path, { bigint: true }).catch(() => undefined);
  return facts && [facts.ino, facts.size, facts.mtimeNs, facts.ctimeNs].join(" ");
}

function entriesIn(text: string): Map<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const line of text.split("\n")) {
    const entry = entryIn(line);
    if (entry !== undefined) entries.set(entry.key, entry);
  }
  return entries;
}

/** Undefined for a line that a full disk or a kill cut short. */
function entryIn(line: string): (Entry & { readonly key: string }) | undefined {
  try {
    const { output, outputBytes, recipe, input, file } = JSON.parse(line) as Record<string, unknown>;
    if (![output, recipe, input, file].every((text) => typeof text === "string")) return undefined;
    const path = typeof outputBytes === "string" ? Buffer.from(outputBytes, "base64") : String(output);
    return { key: keyOf(path), recipe: String(recipe), input: String(input), file: String(file) };
  } catch {
    return undefined;
  }
}

function keyOf(relative: FilePath): string {
  return Buffer.from(relative).toString("latin1");
}
