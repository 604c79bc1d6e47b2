// Plants faults in the library, one at a time, and shows whether the tests notice: npm run mutations -- --help
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, relative, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { kernelForms } from "./dist/forms/index.js";
import { mutations } from "./dist/mutations/index.js";
import { seedOfTheDay } from "./dist/seed.js";

const HELP = `Plants the faults of conformance/src/mutations one at a time in a copy of the project, and shows what notices each:
the generated cases, the tests of the same folder, or nothing.

  npm run mutations -- [options]

  --only TEXT    faults whose name contains TEXT; several times for several
  --seed S       of the generated cases; default: SYNTHCONV_CONFORMANCE_SEED, else the day
  --trusted      without a run of the generated cases on the sources as they are, before
Rows of a Markdown table go to stdout, one as soon as its fault is done. Some ten seconds a fault, a minute or two where few
cases or none notice. Exit code 1 when a fault was not noticed.`;

const { values } = parseArgs({
  options: {
    only: { type: "string", multiple: true, default: [""] },
    seed: { type: "string" },
    trusted: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const SOURCES = "packages/synthconv/src";
const TESTS = "packages/synthconv/test";
// Forms of cases that run what lies in a folder, where these are not all; none where tests beside the source do.
const FORMS = {
  "kernels/pixel-network": ["pixel network"],
  "kernels/ycbcr": ["coded frames"],
  "kernels/interleaved": ["interleaved pixels"],
  "kernels/lut": ["lut"],
  "kernels/convolution": ["conv2d"],
  "kernels/product": ["product", "conv2d"],
  "kernels/borders": [],
  "kernels/resample": [],
};
// Fewer failing cases than this in a whole run are a matter of its seed.
const SURE = 3;
const MORE_SEEDS = 2;
// As npm test runs.
const CASES = 1700;
// A fault may keep a loop from its end.
const TIMEOUT_MS = 600_000;

const seed = Number(values.seed ?? seedOfTheDay(process.env));
const newerNode = [
  process.env.SYNTHCONV_NEWER_NODE,
  join(root, "conformance/newer-node/node_modules/node/bin/node"),
].find((path) => path !== undefined && existsSync(path));

const chosen = mutations.filter(({ name }) => values.only.some((text) => name.includes(text)));
const copy = copyOfProject();
process.on("exit", () => rmSync(dirname(copy), { recursive: true, force: true }));
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));

const { buildKernels } = await import(pathToFileURL(join(copy, "scripts/build-kernels.mjs")).href);
if (!(await builds())) stop("the sources as they are do not compile");
const sources = filesUnder(join(copy, SOURCES)).filter((path) => path.endsWith(".ts") && !isGenerated(path));
const generated = filesUnder(join(copy, SOURCES))
  .filter(isGenerated)
  .map((path) => ({ path, text: readFileSync(path, "utf8") }));
if (!values.trusted && casesThatNotice("").isFailure) stop("generated cases fail without any fault");
// Test files that were seen to pass without any fault.
const sound = new Set();

let noticed = 0;
console.log("| planted fault | file | noticed by |\n| --- | --- | --- |");
for (const [index, mutation] of chosen.entries()) {
  process.stderr.write(`${index + 1} of ${chosen.length}: ${mutation.name}\n`);
  const path = fileOf(mutation);
  const { text, test } = (await whatNotices(mutation, path)) ?? {};
  if (test !== undefined && !sound.has(test)) {
    if (!(await builds()) || failedTestOf([test]) !== undefined)
      stop(`${test} fails without any fault: repair that first`);
    sound.add(test);
  }
  if (text !== undefined) noticed++;
  console.log(`| ${mutation.name} | \`${relative(join(copy, SOURCES), path)}\` | ${text ?? "**nothing**"} |`);
}
process.stderr.write(`${noticed} of ${chosen.length} noticed\n`);
process.exitCode = noticed === chosen.length && chosen.length > 0 ? 0 : 1;

/** Undefined where nothing does for sure; `test` is the file where it is a test that does. */
async function whatNotices({ find, replace }, path) {
  const text = readFileSync(path, "utf8");
  writeFileSync(
    path,
    text.replace(find, () => replace),
  );
  try {
    const isRelaxed = find.includes("relaxed_");
    if (!(await builds(isRelaxed ? undefined : ["plain"]))) return { text: "the compiler" };
    const isKernel = relative(join(copy, SOURCES), path).startsWith("kernels");
    if (isRelaxed && newerNode !== undefined) {
      const newer = casesThatNotice(path, newerNode);
      return newer.isSure ? { text: `${newer.text}, in Node 24` } : undefined;
    }
    // The quicker first.
    return isKernel ? casesOrTests(path) : (testsOf(path) ?? casesOrTests(path));
  } finally {
    writeFileSync(path, text);
    for (const { path: at, text: before } of generated) {
      if (readFileSync(at, "utf8") !== before) writeFileSync(at, before);
    }
  }
}

/** The generated cases; where fewer notice than is sure, the tests of the folder and other seeds. */
function casesOrTests(path) {
  const first = casesThatNotice(path);
  if (first.isSure) return first;
  const test = testsOf(path);
  if (test !== undefined) return first.failed > 0 ? { ...test, text: `${test.text}, ${first.text}` } : test;
  if (first.failed === 0) return undefined;
  const others = Array.from({ length: MORE_SEEDS }, (_, index) =>
    casesThatNotice(path, process.execPath, seed + 1 + index),
  );
  const counts = [first, ...others].map(({ failed }) => failed);
  return counts.includes(0) ? undefined : { text: `${counts.join(", ")} generated cases by three seeds` };
}

function casesThatNotice(path, node = process.execPath, ofSeed = seed) {
  if (formsOf(path)?.length === 0) return { failed: 0, isFailure: false, isSure: false, text: "" };
  const ofRun = ["--json", "--bail", String(SURE), "--seed", String(ofSeed), "--cases", String(CASES)];
  const args = [
    "conformance/run.mjs",
    ...ofRun,
    ...kernelForms.flatMap(({ name }) => ["--form", name]),
    ...partOf(path),
  ];
  const { stdout, error } = run(args, node);
  if (error !== undefined) return sure("a run of generated cases that does not end");
  let report;
  try {
    report = JSON.parse(stdout);
  } catch {
    return sure("a run of generated cases that breaks off");
  }
  const { failed, cases, starved } = report;
  if (failed === 0 && starved.length > 0) return sure(`coverage: ${starved[0]}`);
  const isFailure = failed > 0;
  return { failed, isFailure, isSure: failed >= SURE, text: `${failed} of ${cases} generated cases` };
}

/** Of the cases those that run a file. */
function partOf(path) {
  return (formsOf(path) ?? []).flatMap((form) => ["--only", form]);
}

/** Undefined where all of them do. */
function formsOf(path) {
  return Object.entries(FORMS).find(([folder]) => path.includes(folder))?.[1];
}

function sure(text) {
  return { failed: SURE, isFailure: true, isSure: true, text };
}

function testsOf(path) {
  return failedTestOf(testFoldersOf(path));
}

/** Tests lie as the sources do; what the kernels do is seen by the operations, too. */
function testFoldersOf(path) {
  const [folder, kernel] = relative(join(copy, SOURCES), path).split(sep);
  const own = folder === "kernels" ? join(TESTS, folder, kernel) : join(TESTS, folder);
  const folders = [own, join(TESTS, "ops"), join(TESTS, "kernels")].filter((one) =>
    existsSync(join(copy, one)),
  );
  return [...folders.slice(0, 1), "conformance/test/regressions", ...folders.slice(1)];
}

/** The first test file that fails, folder after folder. */
function failedTestOf(inFolders) {
  for (const folder of inFolders) {
    const vitest = ["node_modules/vitest/vitest.mjs", "run", "--bail=1", "--reporter=json", folder];
    const { status, stdout, error } = run(vitest);
    if (status === 0) continue;
    if (error !== undefined) return { text: `tests of ${folder} that do not end` };
    const { testResults = [] } = JSON.parse(stdout.slice(stdout.indexOf("{")) || "{}");
    const failed = testResults.find((file) => file.status === "failed")?.name;
    if (failed === undefined) return { text: `tests of ${folder} that break off` };
    return { text: `\`${relative(copy, failed).replace(`${TESTS}/`, "")}\``, test: relative(copy, failed) };
  }
  return undefined;
}

/** The one source that holds the text, once. */
function fileOf({ name, find }) {
  const places = sources.flatMap((path) =>
    Array(readFileSync(path, "utf8").split(find).length - 1).fill(path),
  );
  if (places.length !== 1) stop(`${name}: its text stands ${places.length} times in ${SOURCES}, not once`);
  return places[0];
}

function filesUnder(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

function isGenerated(path) {
  return basename(dirname(path)) === "generated";
}

/** All but what git keeps and what was installed, which is linked to. */
function copyOfProject() {
  const folder = join(mkdtempSync(join(tmpdir(), "synthconv-mutations-")), "project");
  cpSync(root, folder, {
    recursive: true,
    preserveTimestamps: true,
    filter: (path) => ![".git", "node_modules"].includes(basename(path)),
  });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  return folder;
}

/** The library. In this process, which has the kernels' compiler warm after the first one. */
async function builds(kernels = ["plain", "relaxed"]) {
  try {
    await buildKernels({ log: () => {}, builds: kernels });
  } catch {
    return false;
  }
  return run(["node_modules/typescript/bin/tsc", "-b", SOURCES]).status === 0;
}

function run(args, node = process.execPath) {
  return spawnSync(node, args, {
    cwd: copy,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    stdio: ["ignore", "pipe", "ignore"],
    timeout: TIMEOUT_MS,
  });
}

function stop(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}
