/** Installs the peers written in JavaScript into their own folder, with their own lock file. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const FOLDER = new URL("../../peers/", import.meta.url);
const STAMP = new URL("node_modules/.synthconv-installed", FOLDER);

/**
 * Does nothing where they are there already. What cannot be installed is left out, and the run goes on without it:
 * every one of them is an optional dependency of that folder.
 *
 * @param say what is going on, a line each.
 */
export async function installPeers(say: (line: string) => void): Promise<void> {
  const lock = readFileSync(new URL("package-lock.json", FOLDER));
  const wanted = createHash("sha256").update(lock).digest("hex");
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === wanted) return;
  say("installing the peers written in JavaScript (npm ci in bench/peers, once)");
  // Their install scripts only fetch what is not used here: CUDA.
  const status = await npm("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error");
  if (status === 0) {
    mkdirSync(new URL(".", STAMP), { recursive: true });
    writeFileSync(STAMP, wanted);
  } else say("npm ci failed in bench/peers: going on with the peers that are there");
}

function npm(...args: readonly string[]): Promise<number | null> {
  return new Promise((resolve) => {
    const child = spawn("npm", args, {
      cwd: fileURLToPath(FOLDER),
      stdio: ["ignore", "ignore", "inherit"],
      shell: process.platform === "win32",
    });
    child.on("error", () => resolve(null));
    child.on("close", resolve);
  });
}
