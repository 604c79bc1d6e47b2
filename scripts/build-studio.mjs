// Builds the studio's site with Vite, unless nothing that it is made of has changed since the last time.
// Also a program: node scripts/build-studio.mjs [--serve ...]; --serve goes on to serve the site.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const studio = join(root, "packages/studio");
const stampFile = join(root, "node_modules", ".synthconv-studio-built");
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
  const wanted = hashOf(INPUTS.map((name) => join(studio, name)));
  const isBuilt = existsSync(join(site, "index.html"));
  if (isBuilt && existsSync(stampFile) && readFileSync(stampFile, "utf8") === wanted) return site;
  log("building the studio (vite)");
  const { build } = await import("vite");
  // Beside the old one, then in its place: whoever serves or tests it meanwhile sees one or the other.
  const fresh = join(studio, `site.${process.pid}`);
  // Whoever builds: as in a test, which has a name of its own here, elements would carry the path and line of their source.
  const { NODE_ENV } = process.env;
  process.env.NODE_ENV = "production";
  try {
    await build({ root: studio, logLevel: "error", build: { outDir: fresh, emptyOutDir: true } });
    takePlace(fresh, site);
  } finally {
    if (NODE_ENV === undefined) delete process.env.NODE_ENV;
    else process.env.NODE_ENV = NODE_ENV;
    rmSync(fresh, { recursive: true, force: true });
  }
  writeFileSync(stampFile, wanted);
  return site;
}

/** Moves `fresh` to `place`; of two that build the same at once, whoever comes last finds the other's there. */
function takePlace(fresh, place) {
  const former = `${fresh}.former`;
  try {
    unless(["ENOENT"], () => renameSync(place, former));
    unless(["ENOTEMPTY", "EEXIST"], () => renameSync(fresh, place));
  } finally {
    rmSync(former, { recursive: true, force: true });
  }
}

function unless(codes, act) {
  try {
    act();
  } catch (error) {
    if (!codes.includes(error.code)) throw error;
  }
}

function hashOf(paths) {
  const hash = createHash("sha256");
  for (const path of paths) {
    for (const file of filesUnder(path)) hash.update(file).update(readFileSync(file));
  }
  return hash.digest("hex");
}

function filesUnder(path) {
  const entries = readdirIfFolder(path);
  if (entries === undefined) return [path];
  return entries
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".tsbuildinfo"))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

function readdirIfFolder(path) {
  try {
    return readdirSync(path, { recursive: true, withFileTypes: true });
  } catch {
    return undefined;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await buildStudio({ log: (line) => process.stderr.write(`${line}\n`) });
  if (process.argv[2] === "--serve") {
    const { runStudio } = await import("../packages/studio/dist/server/index.js");
    process.exitCode = await runStudio(process.argv.slice(3));
  }
}
