// Builds the studio's site with Vite, unless nothing that it is made of has changed since the last time.
// Also a program: node scripts/build-studio.mjs [--serve ...]; --serve goes on to serve the site.
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildFolder, root } from "./built-folder.mjs";

const studio = join(root, "packages/studio");
const INPUTS = [
  "src",
  "public",
  "index.html",
  "vite.config.ts",
  "kernel-files.ts",
  "not-fetched.ts",
  "offline-files.ts",
  "workers.ts",
  "package.json",
  "../synthconv/dist",
  "../../scripts/build-studio.mjs",
];

/** @returns the site's folder. */
export async function buildStudio({ log }) {
  const site = join(studio, "site");
  await buildFolder(site, {
    stamp: ".synthconv-studio-built",
    probe: "index.html",
    inputs: INPUTS.map((name) => join(studio, name)),
    build: async (folder) => {
      log("building the studio (vite)");
      const { build } = await import("vite");
      // Whoever builds: as in a test, which has a name of its own here, elements would carry the path and line of their
      // source.
      const { NODE_ENV } = process.env;
      process.env.NODE_ENV = "production";
      try {
        await build({ root: studio, logLevel: "error", build: { outDir: folder, emptyOutDir: true } });
      } finally {
        if (NODE_ENV === undefined) delete process.env.NODE_ENV;
        else process.env.NODE_ENV = NODE_ENV;
      }
    },
  });
  return site;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildStudio({ log: (line) => process.stderr.write(`${line}\n`) });
  if (process.argv[2] === "--serve") {
    const { runStudio } = await import("../packages/studio/dist/server/index.js");
    process.exitCode = await runStudio(process.argv.slice(3));
  }
}
