/** What the tests of the batch engine share: a store in memory, photos, looks, and the built program. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { lookLayout } from "synthconv/internal";
import { type Look, type LookSchema, serializeLook } from "synthconv/look";
import { sharp } from "synthconv-cli/internal/photo";
import { uniformNumbers } from "../../../test-support/numbers.js";
import { main } from "../dist/main.js";
import { type MadePlan, makePlan, type PlanRequest } from "../src/plan/make-plan.js";
import { sha256 } from "../src/plan/manifest.js";
import type { BatchSettings } from "../src/plan/settings.js";
import type { LeftOut, ObjectFacts, Store } from "../src/store/store.js";

export const SETTINGS: BatchSettings = {
  ...{
    set: {},
    style: {},
    strength: 1,
    dither: false,
    dropAlpha: false,
    bestEffort: false,
    backend: "plain",
  },
};

/** A look that adds `shift` to every colour, through a network [3,4,3]. */
export function lookOf(shift: number): Look {
  const schema: LookSchema = {
    condition: [],
    network: { channels: [3, 4, 3], activation: "relu", residual: true },
    generator: { hidden: [], activation: "relu" },
    colourSpace: "srgb",
  };
  const parameters = new Map(
    [...lookLayout(schema).parameters].map(([name, shape]) => {
      const size = shape.reduce((product, axis) => product * axis, 1);
      return [name, new Float32Array(size)] as const;
    }),
  );
  parameters.get("generator.head.bias")?.fill(shift, -3);
  return { schema, parameters };
}

/** Objects in memory, whose clock counts writes. */
export class MemoryStore implements Store {
  readonly url: string;
  readonly objects = new Map<string, { readonly bytes: Buffer; readonly modified: number }>();
  #clock = 0;

  constructor(url: string, contents: Readonly<Record<string, string>> = {}) {
    this.url = url;
    for (const [key, text] of Object.entries(contents)) this.put(key, Buffer.from(text));
  }

  put(key: string, bytes: Buffer): void {
    this.objects.set(key, { bytes, modified: this.#clock++ * 1000 });
  }

  async *list(prefix: string): AsyncIterable<readonly ObjectFacts[]> {
    const keys = [...this.objects.keys()].filter((key) => key.startsWith(prefix)).sort();
    for (let first = 0; first < keys.length; first += 7)
      yield keys.slice(first, first + 7).map((key) => this.#factsOf(key));
  }

  async *photos(_: LeftOut): AsyncIterable<readonly ObjectFacts[]> {
    for await (const page of this.list("")) yield page.filter(({ key }) => !key.startsWith("."));
  }

  async facts(key: string): Promise<ObjectFacts | undefined> {
    return this.objects.has(key) ? this.#factsOf(key) : undefined;
  }

  async read(key: string): Promise<{ bytes: Buffer; identity: string } | undefined> {
    const object = this.objects.get(key);
    return object && { bytes: object.bytes, identity: sha256(object.bytes) };
  }

  async write(key: string, bytes: Uint8Array): Promise<void> {
    this.put(key, Buffer.from(bytes));
  }

  async writeNew(key: string, bytes: Uint8Array): Promise<boolean> {
    if (this.objects.has(key)) return false;
    this.put(key, Buffer.from(bytes));
    return true;
  }

  async remove(keys: readonly string[]): Promise<void> {
    for (const key of keys) this.objects.delete(key);
  }

  close(): void {}

  #factsOf(key: string): ObjectFacts {
    const { bytes = Buffer.alloc(0), modified = 0 } = this.objects.get(key) ?? {};
    return { key, size: bytes.length, identity: sha256(bytes), modified };
  }
}

/** A plan of what is in `source`, with its lists written and no manifest yet. */
export function planOf(
  source: Store,
  destination: Store,
  more: Partial<PlanRequest> & { readonly shift?: number } = {},
): Promise<MadePlan> {
  const look = lookOf(more.shift ?? 0.1);
  const photos: PlanRequest["sources"][number]["photos"] = (leftOut, exclude) =>
    source.photos(leftOut, exclude);
  return makePlan({
    ...{ look, lookBytes: serializeLook(look), settings: SETTINGS, destination },
    sources: [{ store: source, photos }],
    ...more,
  });
}

export function named(count: number, prefix = ""): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `${prefix}${String(index).padStart(3, "0")}.jpg`,
      `photo ${index}`,
    ]),
  );
}

export const program: string = fileURLToPath(new URL("../bin/synthconv-batch.cjs", import.meta.url));

export interface Outcome {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the built program in a process of its own. */
export function start(
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): { child: ChildProcess; ended: Promise<Outcome> } {
  const child = spawn(process.execPath, [program, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, ...environment },
  });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (text) => {
    stdout += text;
  });
  child.stderr.on("data", (text) => {
    stderr += text;
  });
  const ended = new Promise<Outcome>((resolve) => {
    child.on("close", (exitCode, signal) => resolve({ exitCode, signal, stdout, stderr }));
  });
  return { child, ended };
}

/** Runs a command line in this process, as it was built: threads that make photos are files of the build. */
export async function run(...args: string[]): Promise<Omit<Outcome, "signal">> {
  let [stdout, stderr] = ["", ""];
  const exitCode = await main(args, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    signal: new AbortController().signal,
  });
  return { exitCode, stdout, stderr };
}

/** Runs a command line with --json, and gives its document, with what it said on stderr. */
// biome-ignore lint/suspicious/noExplicitAny: a document of any shape, which the test then compares
export async function runJson(...args: string[]): Promise<any> {
  const { stdout, stderr } = await run(...args, "--json");
  return { ...JSON.parse(stdout), stderr };
}

export async function writeLook(path: string, shift = 0.1): Promise<string> {
  await writeFile(path, serializeLook(lookOf(shift)));
  return path;
}

/** Small photos of noise, PNG and JPEG in turn, in folders of ten. */
export async function writePhotos(folder: string, count: number, side = 24): Promise<string> {
  for (let index = 0; index < count; index++) {
    const path = join(folder, `${Math.floor(index / 10)}`, `${index}.${index % 2 === 0 ? "png" : "jpg"}`);
    await mkdir(dirname(path), { recursive: true });
    await sharp(noise(side, index), { raw: { width: side, height: side, channels: 3 } }).toFile(path);
  }
  return folder;
}

function noise(side: number, seed: number): Uint8Array {
  return Uint8Array.from(uniformNumbers(side * side * 3, "photo", { high: 256, seed }), Math.floor);
}

/** The files below a folder with their bytes, but for the documents of plans. */
export async function filesIn(folder: string): Promise<Map<string, Buffer>> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const own = files.filter((path) => !path.includes(".synthconv-batch")).sort();
  const read = new Map<string, Buffer>();
  // One after the other: a process may have some thousand files open, and there may be 20,000.
  for (const path of own) read.set(path.slice(folder.length), await readFile(path));
  return read;
}
