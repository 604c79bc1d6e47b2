/**
 * Writes into the service worker which files the site has and what a first visit keeps of them: thereby it is another one for
 * another site.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, sep } from "node:path";
import type { Plugin } from "vite";

export const SERVICE_WORKER = "service-worker";
/** Chunks that a first visit fetches, with all that they import at once: the page, its worker, a thread, and training. */
const FIRST_CHUNKS = ["index", "entry", "worker", "train"];
/** Kernels that a lesson runs: those of other networks, which its code names too, are three times as large. */
const LESSON_KERNELS = ["entries", "interleaved", "pixel-network-fused", "product", "runs", "updates"];

type Bundle = Parameters<Extract<NonNullable<Plugin["writeBundle"]>, (...given: never) => unknown>>[1];

export function offlineFiles(): Plugin {
  return {
    name: "offline-files",
    writeBundle({ dir = "" }, bundle) {
      const worker = join(dir, `${SERVICE_WORKER}.js`);
      const names = readdirSync(dir, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map((entry) =>
          join(entry.parentPath, entry.name)
            .slice(dir.length + 1)
            .split(sep)
            .join("/"),
        )
        .filter((name) => name !== `${SERVICE_WORKER}.js`)
        .sort();
      const first = firstChunks(bundle);
      const listed = (wanted: (name: string) => boolean): string =>
        JSON.stringify(
          Object.fromEntries(
            names.filter(wanted).map((name) => [name, hashOf(readFileSync(join(dir, name)))]),
          ),
        );
      const lists = {
        FIRST: listed((name) => isFirst(name, first)),
        LATE: listed((name) => !isFirst(name, first)),
      };
      const values = { ...lists, VERSION: JSON.stringify(hashOf(lists.FIRST + lists.LATE)) };
      const code = readFileSync(worker, "utf8").replaceAll(
        /\b(FIRST|LATE|VERSION)\b/g,
        (name) => values[name as keyof typeof values],
      );
      writeFileSync(worker, code);
    },
  };
}

/** 48 bits tell a file from a broken or another one, and are a sixth as long to fetch: nobody forges what the site itself serves. */
function hashOf(data: string | Buffer): string {
  return createHash("sha256").update(data).digest("base64").slice(0, 8);
}

/** Parts of the code that none of the first chunks imports at once come late, and kernels that no lesson runs. */
function isFirst(name: string, chunks: ReadonlySet<string>): boolean {
  if (name.endsWith(".js")) return chunks.has(name);
  const [, kernel] = /([^/]+)-(?:plain|relaxed)-[^/]+\.wasm$/.exec(name) ?? [];
  return kernel === undefined || LESSON_KERNELS.includes(kernel);
}

/** Names in the site. */
function firstChunks(bundle: Bundle): Set<string> {
  const found = new Set<string>();
  const add = (name: string): void => {
    const chunk = bundle[name];
    if (chunk?.type !== "chunk" || found.has(name)) return;
    found.add(name);
    for (const imported of chunk.imports) add(imported);
  };
  for (const wanted of FIRST_CHUNKS) {
    const chunk = Object.values(bundle).find((one) => one.type === "chunk" && one.name === wanted);
    if (chunk === undefined) throw new Error(`offline-files: the site has no chunk of the name ${wanted}`);
    add(chunk.fileName);
  }
  return found;
}
