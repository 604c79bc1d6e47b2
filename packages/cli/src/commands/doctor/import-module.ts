/** Imports a user's module, TypeScript too, with the library that the module itself imports. */
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { CommandError } from "../../frame/failure.js";
import { registerHooks } from "./module-hooks.js";
import { isNotErasable, syntaxPlace } from "./syntax-error.js";

/** The library as its users import it, with its doctor. */
export type Library = typeof import("synthconv") & typeof import("synthconv/doctor");

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
  registerHooks(path, file);
  const library = libraryUrl(file, "synthconv");
  // Layers that are made as the module is read are later named by their lines; 10 frames may not come so far.
  Error.stackTraceLimit = Math.max(Error.stackTraceLimit, STACK_FRAMES);
  const ofModule: Library = {
    ...(await import(library ?? "synthconv")),
    // A copy without this entry point is too old to diagnose; nothing is added to it.
    ...(await import(libraryUrl(file, "synthconv/doctor") ?? library ?? "synthconv/doctor")),
  };
  // An older library beside the module has no such function.
  (ofModule as Partial<Library>).keepCallSites?.();
  const imported: Record<string, unknown> = await ownCode(
    { path, library },
    "a module that can be imported",
    () => import(pathToFileURL(file).href),
  );
  return {
    path,
    exports: namesOf(imported),
    library: ofModule,
    libraryUrl: library,
  };
}

/** What a module of CommonJS exports is its default; Node finds only some of the names in it. */
function namesOf(imported: Record<string, unknown>): Record<string, unknown> {
  const whole = imported.default;
  return typeof whole === "object" ? { ...whole, ...imported } : imported;
}

/**
 * Runs the user's code.
 *
 * @throws {CommandError} `MODULE` for an error in the module itself.
 * @throws the library's errors as they are, with the line of the user's code at the end of the message.
 */
export async function ownCode<Result>(
  { path, library }: { path: string; library: string | undefined },
  expected: string,
  run: () => Result | Promise<Result>,
): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    throw moduleError(error, { path, library }, expected);
  }
}

/** An error of the user's code as one of this command; what the library or this command threw stays what it is. */
export function moduleError(
  error: unknown,
  { path, library }: { path: string; library: string | undefined },
  expected: string,
): unknown {
  if (error instanceof CommandError) return error;
  const place = placeOf(error, library) || syntaxPlace(error, path);
  if (error instanceof Error && isLibrarys(error)) {
    error.message += place;
    return error;
  }
  const received = error instanceof Error ? `${error.name}: ${error.message}` : `${String(error)}, thrown`;
  const repair = isNotErasable(error) ? `. ${ERASABLE}` : "";
  return new CommandError("MODULE", `${path}: expected ${expected}, received ${received}${place}${repair}`, {
    cause: error,
  });
}

const ERASABLE =
  "Node only takes types away: write an enum as a constant object, a parameter property as a field that the " +
  "constructor assigns, and a namespace as a module.";

/** Not by `instanceof`: the module may import another copy of the library than this command does. */
function isLibrarys(error: Error): boolean {
  let type = Object.getPrototypeOf(error);
  while (type !== null && type.constructor.name !== "SynthconvError") type = Object.getPrototypeOf(type);
  return type !== null;
}

/** The innermost line that is neither the library's nor this program's, in brackets; empty where there is none. */
function placeOf(error: unknown, library: string | undefined): string {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const program = new URL("../../..", import.meta.url).href;
  const folders = library === undefined ? [program] : [program, new URL(".", library).href];
  for (const url of stack.split(/[\s()]/)) {
    if (!url.startsWith("file://") || !/:\d+:\d+$/.test(url)) continue;
    const isOurs = folders.some((folder) => url.startsWith(folder)) || url.includes("/node_modules/");
    if (!isOurs) return ` (${decodeURI(url.slice("file://".length))})`;
  }
  return "";
}

/**
 * The module's own copy of the library: another copy's `Module` and tape would not know the model. Where
 * the module has none it is undefined, and the command's copy will do.
 */
function libraryUrl(file: string, entryPoint: string): string | undefined {
  try {
    return pathToFileURL(createRequire(file).resolve(entryPoint)).href;
  } catch {
    return undefined;
  }
}
