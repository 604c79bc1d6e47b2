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
}

/** @throws {CommandError} `MODULE` when it cannot be imported: its own error in one line. */
export async function importModule(path: string): Promise<ImportedModule> {
  const file = resolve(path);
  if (/\.m?ts$/.test(file)) readTypeScript(path, file);
  const exports = await ownCode(
    path,
    "a module that can be imported",
    () => import(pathToFileURL(file).href),
  );
  return { path, exports, library: await libraryOf(file) };
}

/**
 * Runs the user's code. What it prints goes to stderr, because stdout is the report's.
 *
 * @throws {CommandError} `MODULE` for an error of its own; errors of the library come through as they are.
 */
export async function ownCode<Result>(
  path: string,
  expected: string,
  run: () => Result | Promise<Result>,
): Promise<Result> {
  const { log, info, debug } = console;
  Object.assign(console, { log: console.error, info: console.error, debug: console.error });
  try {
    return await run();
  } catch (error) {
    if (error instanceof Error && "code" in error && !String(error.code).startsWith("ERR_")) throw error;
    const received = error instanceof Error ? `${error.name}: ${error.message}` : `${String(error)}, thrown`;
    throw new CommandError("MODULE", `${path}: expected ${expected}, received ${received}${placeOf(error)}`, {
      cause: error,
    });
  } finally {
    Object.assign(console, { log, info, debug });
  }
}

/** Where in files, not in Node, the error was made. */
function placeOf(error: unknown): string {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const [, place] = /\(?file:\/\/(\S+:\d+:\d+)\)?/.exec(stack) ?? [];
  return place === undefined ? "" : ` (${decodeURI(place)})`;
}

/**
 * The module's own copy of the library: another copy's `Module` and tape would be strangers to the model. The
 * command's copy where the module has none.
 */
async function libraryOf(file: string): Promise<Library> {
  let found: string;
  try {
    found = createRequire(file).resolve("synthconv");
  } catch {
    return import("synthconv");
  }
  return import(pathToFileURL(found).href);
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
