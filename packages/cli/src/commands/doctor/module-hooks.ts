/**
 * Module hooks for what Node does not do with a user's module by itself: read TypeScript, where it is older than 22.18,
 * and find `./x.ts` where `./x.js` is imported, as the compiler has people write it.
 */
import { createRequire, register } from "node:module";
import { CommandError } from "../../frame/failure.js";

let isRegistered = false;

/** @throws {CommandError} when this Node reads no TypeScript and there is no amaro to help it. */
export function registerHooks(path: string, file: string): void {
  if (isRegistered) return;
  const amaro = readsTypeScript() ? undefined : amaroFor(file);
  if (/\.m?ts$/.test(file) && amaro === undefined && !readsTypeScript()) {
    throw new CommandError(
      "MODULE",
      `${path}: expected a Node that reads TypeScript, received ${process.version}. Use Node 22.18 or newer, or ` +
        "npm install --save-dev amaro beside the module.",
    );
  }
  register(new URL("./module-hooks-thread.js", import.meta.url), { data: { amaro } });
  isRegistered = true;
}

function readsTypeScript(): boolean {
  return "typescript" in process.features && process.features.typescript !== false;
}

/** Where Node's own remover of types is installed, beside the module or beside this command. */
function amaroFor(file: string): string | undefined {
  for (const from of [file, import.meta.url]) {
    try {
      return createRequire(from).resolve("amaro");
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "MODULE_NOT_FOUND")) throw error;
    }
  }
  return undefined;
}
