// Checks what a user gets from the registry: packs the packages, installs the tarballs in an empty folder,
// and runs the command line, every export and the types there. One line a check; exits with 1 on a failure.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildStudio } from "./build-studio.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const isWindows = process.platform === "win32";
const packages = [
  { name: "synthconv", folder: join(root, "packages/synthconv"), others: [] },
  {
    name: "synthconv-cli",
    folder: join(root, "packages/cli"),
    others: [
      "bin/synthconv.cjs",
      "bin/thread-pool.cjs",
      "recipe.schema.json",
      "config.schema.json",
      "dist/assets/baboon.png",
      "dist/assets/baboon-LICENSE",
    ],
  },
  { name: "synthconv-batch", folder: join(root, "packages/batch"), others: ["bin/synthconv-batch.cjs"] },
  { name: "synthconv-studio", folder: join(root, "packages/studio"), others: ["bin/synthconv-studio.mjs"] },
];
await buildStudio({ log: (line) => console.error(line) });

const empty = mkdtempSync(join(tmpdir(), "synthconv-packages-"));
let failures = 0;
try {
  const tarballs = packages.map((one) => {
    const { filename, files } = pack(one);
    check(`${one.name}: the tarball holds what it needs and nothing else`, () => checkFiles(one, files));
    return join(empty, filename);
  });
  check("the tarballs install in an empty folder", () => install(tarballs));
  check("npx synthconv --version prints the package's version", checkVersion);
  check("npx synthconv trains, applies and bakes a look", checkCommands);
  check("npx synthconv-batch applies a look to a folder", checkBatch);
  check("npx synthconv studio finds its page", checkStudio);
  check("npx synthconv demo finds its photograph", checkDemo);
  for (const specifier of exportsOf(packages[0])) {
    check(`import "${specifier}" works in plain Node`, () => importInNode(specifier));
  }
  check("the optional peers install beside them", installPeers);
  for (const [module, resolution] of [
    ["nodenext", "nodenext"],
    ["esnext", "bundler"],
  ]) {
    check(`the types resolve under moduleResolution ${resolution}`, () => checkTypes(module, resolution));
  }
} finally {
  rmSync(empty, { recursive: true, force: true });
}
process.exitCode = failures === 0 ? 0 : 1;

function check(what, body) {
  try {
    body();
    console.log(`ok      ${what}`);
  } catch (error) {
    failures++;
    console.log(`FAILED  ${what}\n        ${error.message.trim().split("\n").join("\n        ")}`);
  }
}

function pack({ folder }) {
  const output = run("npm", ["pack", "--json", "--loglevel=error", "--pack-destination", empty], {
    cwd: folder,
    shell: isWindows,
  });
  return JSON.parse(output)[0];
}

/** A compiled file without a source is left over from an older tree; sources and tests stay at home. */
function checkFiles({ folder, others }, files) {
  const packed = files.map((file) => file.path);
  const expected = new Set(["package.json", "README.md", "LICENSE", ...others]);
  const missing = [...expected].filter((path) => !packed.includes(path));
  const superfluous = packed.filter((path) => !expected.has(path) && !isCompiled(folder, path));
  if (missing.length > 0) throw new Error(`missing: ${missing.join(", ")}`);
  if (superfluous.length > 0) throw new Error(`superfluous: ${superfluous.join(", ")}`);
}

function isCompiled(folder, path) {
  const source = path.replace(/^dist\//, "src/").replace(/(\.d\.ts|\.js)$/, ".ts");
  // The bundler names its files by what is in them.
  if (path.startsWith("site/") || path.startsWith("dist/program/")) return existsSync(join(folder, path));
  return path.startsWith("dist/") && source !== path && existsSync(join(folder, source));
}

function install(tarballs) {
  write("package.json", JSON.stringify({ name: "consumer", private: true, type: "module" }));
  npmInstall(tarballs);
}

function npmInstall(packages) {
  const flags = ["--no-audit", "--no-fund", "--loglevel=error", "--prefer-offline"];
  run("npm", ["install", ...flags, ...packages], { shell: isWindows });
}

/** Entry points name types of optional peers; who imports these has installed them. */
function installPeers() {
  const { peerDependencies } = JSON.parse(readFileSync(join(packages[0].folder, "package.json"), "utf8"));
  const { devDependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const peers = Object.keys(peerDependencies).map((name) => `${name}@${devDependencies[name]}`);
  npmInstall(peers);
}

function checkVersion() {
  const { version } = JSON.parse(readFileSync(join(root, "packages/cli/package.json"), "utf8"));
  const printed = synthconv("--version").trim();
  if (printed !== version) throw new Error(`expected ${version}, received ${printed}`);
}

function checkCommands() {
  write("warm.cube", smallCube());
  const photo = join(empty, "node_modules/synthconv-cli/dist/assets/baboon.png");
  synthconv("train", "warm.cube", "-o", "warm.safetensors", "--channels", "8", "--steps", "50", "--quiet");
  synthconv("apply", "warm.safetensors", photo, "-o", "warm.png", "--quiet");
  synthconv("bake", "warm.safetensors", "-o", "baked.cube", "--size", "9", "--quiet");
  for (const file of ["warm.safetensors", "warm.png", "baked.cube"]) {
    if (!existsSync(join(empty, file))) throw new Error(`${file} was not written`);
  }
}

function checkBatch() {
  const photos = "node_modules/synthconv-cli/dist/assets";
  run(
    "npx",
    ["--no-install", "synthconv-batch", "run", "warm.safetensors", photos, "--to", "batch", "--quiet"],
    {
      shell: isWindows,
    },
  );
  if (!existsSync(join(empty, "batch/baboon.png"))) throw new Error("batch/baboon.png was not written");
}

function checkStudio() {
  const script = `import { serveStudio } from "synthconv-studio";
    const server = await serveStudio({ port: 0 });
    const page = await (await fetch(server.address)).text();
    await server.close();
    process.exitCode = page.includes("synthconv studio") ? 0 : 1;`;
  run(process.execPath, ["--input-type=module", "-e", script]);
}

function checkDemo() {
  synthconv("demo", "--out", "demo", "--steps", "20", "--quiet");
  if (!existsSync(join(empty, "demo/contact-sheet.png"))) throw new Error("no contact sheet was written");
}

/** A look that warms, on a lattice of 5 colours per axis; red varies fastest. */
function smallCube() {
  const steps = [0, 0.25, 0.5, 0.75, 1];
  const rows = steps.flatMap((b) => steps.flatMap((g) => steps.map((r) => `${r ** 0.9} ${g} ${b ** 1.1}`)));
  return `LUT_3D_SIZE 5\n${rows.join("\n")}\n`;
}

function exportsOf({ name, folder }) {
  const { exports } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return Object.keys(exports)
    .filter((path) => !path.endsWith(".json"))
    .map((path) => name + path.slice(1));
}

function importInNode(specifier) {
  run(process.execPath, ["--input-type=module", "-e", `await import(${JSON.stringify(specifier)})`]);
}

/** One program for all entry points that are compiled alike: most of its time are the compiler's start and lib.dom. */
function checkTypes(module, moduleResolution) {
  const alike = new Map();
  for (const specifier of exportsOf(packages[0])) {
    const options = compiledAs(specifier);
    alike.set(options, [...(alike.get(options) ?? []), specifier]);
  }
  for (const [options, specifiers] of alike) {
    const files = specifiers.map((specifier, index) => {
      const name = `consumer-${index}.ts`;
      write(name, consumerOf(specifier));
      return name;
    });
    const compilerOptions = {
      ...{ target: "es2023", lib: ["es2023", "dom"], strict: true, noEmit: true, ...JSON.parse(options) },
      ...{ typeRoots: [join(root, "node_modules/@types")], module, moduleResolution },
    };
    write("tsconfig.json", JSON.stringify({ compilerOptions, files }));
    run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", "."]);
  }
}

function compiledAs(specifier) {
  return JSON.stringify({
    // Only what needs Node may ask for Node's types; the others must do without them.
    types: /\/(node|internal)$/.test(specifier) ? ["node"] : [],
    // The types of TensorFlow.js 4.22 do not hold with TypeScript's current lib.dom.
    skipLibCheck: specifier.endsWith("/tfjs"),
  });
}

function consumerOf(specifier) {
  if (!specifier.endsWith("/tfjs")) return `export * as entry from ${JSON.stringify(specifier)};\n`;
  // Types of a peer that are not found are any, which takes a number for a tensor.
  return `import * as tf from "@tensorflow/tfjs-core";
import { pixelNetworkTfjs } from ${JSON.stringify(specifier)};
export const image: tf.Tensor = pixelNetworkTfjs(tf, tf.ones([1, 2, 2, 3]), [{ weight: tf.ones([3, 3]) }]);
// @ts-expect-error
pixelNetworkTfjs(tf, 3, []);
`;
}

function synthconv(...args) {
  return run("npx", ["--no-install", "synthconv", ...args], { shell: isWindows });
}

function write(name, text) {
  writeFileSync(join(empty, name), text);
}

function run(command, args, options = {}) {
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd: empty,
    encoding: "utf8",
    ...options,
  });
  if (status === 0) return stdout;
  throw error ?? new Error(`${command} ${args.join(" ")} ended with ${status}\n${stdout}${stderr}`);
}
