/**
 * Module hooks for a Node that does not read TypeScript itself (nodejs.org/api/module.html#customization-hooks);
 * they run in a thread of their own. Types are blanked out, so lines and columns stay where they are.
 */
import { readFile } from "node:fs/promises";
import { createRequire, type InitializeHook, type LoadHook } from "node:module";

/** What of amaro is used: Node's own remover of types. */
interface Amaro {
  transformSync(source: string, options: { mode: "strip-only" }): { readonly code: string };
}

let amaro: Amaro | undefined;

export const initialize: InitializeHook<{ amaro: string }> = ({ amaro: path }) => {
  amaro = createRequire(import.meta.url)(path);
};

export const load: LoadHook = async (url, context, next) => {
  if (amaro === undefined || !/^file:.*\.m?ts$/.test(url)) return next(url, context);
  const { code } = amaro.transformSync(await readFile(new URL(url), "utf8"), { mode: "strip-only" });
  return { format: "module", source: code, shortCircuit: true };
};
