/**
 * Workers as chunks of the one build, so that the page, its worker and the threads share what all of them run: Vite alone bundles each
 * worker by itself, with one more copy of all that it imports.
 */
import type { Plugin } from "vite";
import { NOT_FETCHED_REPAIR } from "./not-fetched.ts";

/** What Vite puts around each later import: it preloads style sheets, of which none has one, and asks for a window, which workers have not. */
const PRELOAD_HELPER = "\0vite/preload-helper.js";
/** In its place: where a part does not come, a sentence says what to do. */
const LOAD_CODE = `
export async function __vitePreload(load) {
  try {
    return await load();
  } catch (cause) {
    throw new Error(${JSON.stringify(`A part of the studio could not be fetched. ${NOT_FETCHED_REPAIR}`)}, { cause });
  }
}
`;

/** The form that the library and the studio start workers by, and that other bundlers look for too. */
const NEW_WORKER = /new Worker\(\s*new URL\("(\.[^"]+)", import\.meta\.url\)/g;

export function sharedWorkers(): Plugin {
  return {
    name: "shared-workers",
    apply: "build",
    enforce: "pre",
    load: (id) => (id === PRELOAD_HELPER ? LOAD_CODE : undefined),
    async transform(code, id) {
      const found = [...code.matchAll(NEW_WORKER)];
      if (found.length === 0) return undefined;
      let changed = code;
      for (const [whole, path = ""] of found) {
        const resolved = await this.resolve(path, id);
        if (resolved === null) throw new Error(`shared-workers: ${id} starts ${path}, which is not there`);
        const reference = this.emitFile({ type: "chunk", id: resolved.id });
        changed = changed.replace(whole, `new Worker(import.meta.ROLLUP_FILE_URL_${reference}`);
      }
      return { code: changed, map: null };
    },
  };
}
