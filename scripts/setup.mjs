// Everything between a fresh clone and a running project: dependencies, kernels, compile, the command line in few files.
// Plain Node without dependencies, because it runs before they are installed.
// Each part is skipped when its inputs have not changed since the last run.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const stampFile = join(root, "node_modules", ".synthconv-installed");
const quiet = process.argv.includes("--quiet");
const isWindows = process.platform === "win32";

checkNode();
installDependencies();
const { buildKernels } = await import("./build-kernels.mjs");
await buildKernels({ log: say });
copyDemoPhoto();
compile();
for (const name of ["synthconv", "cli", "batch", "studio"]) removeStaleOutputs(join(root, "packages", name));
const { bundleProgram } = await import("./bundle-program.mjs");
await bundleProgram({ log: say });
if (!quiet) say("ready: npm run demo, npm test, npx synthconv --help");

function say(line) {
  process.stderr.write(`${line}\n`);
}

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  say(`synthconv needs Node 20.19 or newer, this is ${process.version}: install a newer one.`);
  process.exit(1);
}

function installDependencies() {
  const hash = createHash("sha256").update(process.version);
  for (const file of [
    "package-lock.json",
    "package.json",
    "packages/synthconv/package.json",
    "packages/cli/package.json",
    "packages/batch/package.json",
    "packages/studio/package.json",
  ]) {
    hash.update(readFileSync(join(root, file)));
  }
  const wanted = hash.digest("hex");
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === wanted) return;
  say("installing dependencies (npm ci)");
  run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], { shell: isWindows });
  writeFileSync(stampFile, wanted);
}

// The demo's photograph is shipped inside the command line's package, so that its users
// do not install the tool chain that the photograph's own package depends on.
function copyDemoPhoto() {
  const assets = join(root, "packages/cli/dist/assets");
  const source = join(root, "node_modules/baboon-image");
  if (existsSync(join(assets, "baboon.png"))) return;
  mkdirSync(assets, { recursive: true });
  copyFileSync(join(source, "LICENSE"), join(assets, "baboon-LICENSE"));
  copyFileSync(join(source, "baboon.png"), join(assets, "baboon.png"));
}

function compile() {
  run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-b"]);
}

// The compiler leaves the outputs of deleted sources behind; they would be packed and could be imported.
function removeStaleOutputs(packageFolder) {
  const outputs = join(packageFolder, "dist");
  for (const path of readdirSync(outputs, { recursive: true })) {
    // Not from one source each: see bundle-program.mjs.
    if (path.startsWith("program")) continue;
    const source = join(packageFolder, "src", path.replace(/(\.d\.ts|\.js)$/, ".ts"));
    const isKept = existsSync(source) || existsSync(`${source}x`);
    if (/(\.d\.ts|\.js)$/.test(path) && !isKept) rmSync(join(outputs, path));
  }
}

function run(command, args, options = {}) {
  // Set-up talks on stderr: stdout belongs to the command that follows it.
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ["ignore", 2, 2], ...options });
  if (status === 0) return;
  say(`set-up stopped: ${[command, ...args].join(" ")} ${error ? error.message : `ended with ${status}`}`);
  process.exit(1);
}
