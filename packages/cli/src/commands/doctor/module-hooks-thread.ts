/**
 * The hooks of module-hooks.ts (nodejs.org/api/module.html#customization-hooks); they run in their own thread.
 * Types are blanked out, so lines and columns stay where they are.
 */
import { readFile } from "node:fs/promises";
import { createRequire, type InitializeHook, type LoadHook, type ResolveHook } from "node:module";
import { type Amaro, withoutTypes } from "./without-types.js";

let amaro: Amaro | undefined;

export const initialize: InitializeHook<{ amaro: string | undefined }> = ({ amaro: path }) => {
  if (path !== undefined) amaro = createRequire(import.meta.url)(path);
};

export const resolve: ResolveHook = async (specifier, context, next) => {
  try {
    return await next(specifier, context);
  } catch (error) {
    const [, stem, kind] = /^(\.{0,2}\/.*\.|file:.*\.)(m?)js$/.exec(specifier) ?? [];
    if (stem === undefined || !(error instanceof Error && "code" in error)) throw error;
    if (error.code !== "ERR_MODULE_NOT_FOUND" || !/\.m?ts$/.test(context.parentURL ?? "")) throw error;
    // Where that is missing too, the name as it was written is the one to complain about.
    return await Promise.resolve(next(`${stem}${kind}ts`, context)).catch(() => {
      throw error;
    });
  }
};

export const load: LoadHook = async (url, context, next) => {
  if (amaro === undefined || !/^file:.*\.m?ts$/.test(url)) return next(url, context);
  const source = await readFile(new URL(url), "utf8");
  return { format: "module", source: withoutTypes(amaro, source, url), shortCircuit: true };
};
