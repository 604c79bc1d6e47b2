/** Imports a user's module, TypeScript too, with the library that the module itself imports. */
import { createRequire, register } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { CommandError } from "../../frame/failure.js";

/** The library as its users import it. */
export type Library = typeof import("synthconv");

export interface ImportedModule {
  readonly path: string;
  readonly exports: Readonly<Record<string, unknown>>;
  readonly library: Library;
  /** Where that library was found; undefined for this command's own. */
  readonly libraryUrl: string | undefined;
}

const STACK_FRAMES = 40;

/** @throws {CommandError} `MODULE` when it cannot be imported: its own error in one line. */
export async function importModule(path: string): Promise<ImportedModule> {
  const file = resolve(path);
  if (/\.m?ts$/.test(file)) readTypeScript(path, file);
  const library = libraryUrl(file);
  // Layers that are made as the module is read are later named by their lines; 10 frames may not come so far.
  Error.stackTraceLimit = Math.max(Error.stackTraceLimit, STACK_FRAMES);
  const exports = await ownCode(
    { path, library },
    "a module that can be imported",
    () => import(pathToFileURL(file).href),
  );
  return { path, exports, library: await import(library ?? "synthconv"), libraryUrl: library };
}

/**
 * Runs the user's code. What it prints goes to stderr, because stdout is the report's.
 *
 * @throws {CommandError} `MODULE` for an error of its own.
 * @throws the library's errors as they are, with the line of the user's code at the end of the message.
 */
export async function ownCode<Result>(
  { path, library }: { path: string; library: string | undefined },
  expected: string,
  run: () => Result | Promise<Result>,
): Promise<Result> {
  const { log, info, debug } = console;
  Object.assign(console, { log: console.error, info: console.error, debug: console.error });
  try {
    return await run();
  } catch (error) {
    if (error instanceof CommandError) throw error;
    const place = placeOf(error, library);
    if (error instanceof Error && isLibrarys(error)) {
      error.message += place;
      throw error;
    }
    const received = error instanceof Error ? `${error.name}: ${error.message}` : `${String(error)}, thrown`;
    throw new CommandError("MODULE", `${path}: expected ${expected}, received ${received}${place}`, {
      cause: error,
    });
  } finally {
    Object.assign(console, { log, info, debug });
  }
}

// Not by `instanceof`: the module may import another copy of the library than this command does.
const LIBRARY_CODES: ReadonlySet<unknown> = new Set([
  "SHAPE",
  "VALUE",
  "GRAPH",
  "NON_FINITE",
  "FORMAT",
  "VERSION",
]);

function isLibrarys(error: Error): boolean {
  return "code" in error && LIBRARY_CODES.has(error.code);
}

/** The innermost line that is neither the library's nor this program's, in brackets; empty where there is none. */
function placeOf(error: unknown, library: string | undefined): string {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const program = new URL("../../..", import.meta.url).href;
  const folders = library === undefined ? [program] : [program, new URL(".", library).href];
  for (const [, url = ""] of stack.matchAll(/(file:\/\/[^\s()]+:\d+:\d+)/g)) {
    const isOurs = folders.some((folder) => url.startsWith(folder)) || url.includes("/node_modules/");
    if (!isOurs) return ` (${decodeURI(url.slice("file://".length))})`;
  }
  return "";
}

/**
 * The module's own copy of the library: another copy's `Module` and tape would be strangers to the model. Where
 * the module has none it is undefined, and the command's copy will do.
 */
function libraryUrl(file: string): string | undefined {
  try {
    return pathToFileURL(createRequire(file).resolve("synthconv")).href;
  } catch {
    return undefined;
  }
}

let readsTypeScript = false;

/** @throws {CommandError} when this Node reads no TypeScript and there is no amaro to help it. */
function readTypeScript(path: string, file: string): void {
  // Node 22.18 and newer read it as it is.
  if ("typescript" in process.features && process.features.typescript !== false) return;
  if (readsTypeScript) return;
  for (const from of [file, import.meta.url]) {
    try {
      const amaro = createRequire(from).resolve("amaro");
      register(new URL("./type-hooks.js", import.meta.url), { data: { amaro } });
      readsTypeScript = true;
      return;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "MODULE_NOT_FOUND")) throw error;
    }
  }
  throw new CommandError(
    "MODULE",
    `${path}: expected a Node that reads TypeScript, received ${process.version}. Use Node 22.18 or newer, or ` +
      "npm install --save-dev amaro beside the module.",
  );
}
