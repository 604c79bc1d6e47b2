import { once } from "node:events";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import type { Diagnosis } from "synthconv/doctor";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { type Outcome, run, start } from "./support.js";

const repository = fileURLToPath(new URL("../../../..", import.meta.url));

/** A folder in which modules find the library, as in a user's project. */
async function project(): Promise<string> {
  const folder = temporaryFolder();
  await mkdir(join(folder, "node_modules"));
  await symlink(join(repository, "packages/synthconv"), join(folder, "node_modules/synthconv"), "junction");
  return folder;
}

const MODULE = `
import { Linear, mse, tensor } from "synthconv";
export const model = new Linear(2, 1).initialize({ seed: 1 });
export const batch = { x: tensor([[1, 2], [3, 4]]), y: tensor([[1], [0]]) };
export const loss = (model, { x, y }) => mse(model.forward(x), y);
`;

// The built files, and not by import: the test runner would put the sources of the library in the place of the module's own.
const built = createRequire(import.meta.url);
const { importModule } = built(
  "../../dist/commands/doctor/import-module.js",
) as typeof import("../../src/commands/doctor/import-module.js");
const { runDiagnosis } = built(
  "../../dist/commands/doctor/run-diagnosis.js",
) as typeof import("../../src/commands/doctor/run-diagnosis.js");
const { describeFailure } = built(
  "../../dist/frame/failure.js",
) as typeof import("../../src/frame/failure.js");

const { main } = built("../../dist/main.js") as typeof import("../../src/main.js");

/** Runs the built command in this process; the module runs in its own. */
async function runBuilt(...args: string[]): Promise<Outcome> {
  let stdout = "";
  let stderr = "";
  const exitCode = await main(args, {
    stdout: { write: (text) => (stdout += text) },
    stderr: { write: (text) => (stderr += text) },
    signal: new AbortController().signal,
    debug: false,
  });
  return { exitCode, stdout, stderr };
}

/** What the process of a module does, in this one: for modules that do nothing to their process. */
async function diagnosisOf(path: string): Promise<Diagnosis> {
  const module = await importModule(path);
  return (await runDiagnosis(module, { steps: undefined, isRecorded: false }, () => {})).diagnosis;
}

/** The message of its failure. */
async function failureOf(path: string): Promise<string> {
  const failure = await diagnosisOf(path).catch((error: unknown) => describeFailure(error).message);
  expect(failure, "it fails").toBeTypeOf("string");
  return String(failure);
}

/** Runs the built command on a module, and gives its document. */
// biome-ignore lint/suspicious/noExplicitAny: a document of any shape, which the test then compares
async function examine(path: string): Promise<{ exitCode: number; document: any; stderr: string }> {
  const { exitCode, stdout, stderr } = await runBuilt("doctor", path, "--json");
  return { exitCode, document: JSON.parse(stdout), stderr };
}

async function writeModule(source: string, name = "network.mjs"): Promise<string> {
  const path = join(await project(), name);
  await writeFile(path, source);
  return path;
}

describe("synthconv doctor, on a module", () => {
  it("runs a few steps of it, keeps what it prints off the report, and exits with 0 when it learns", async () => {
    const path = await writeModule(
      `${MODULE}\nconsole.log("hello from the module");process.stdout.write("and its stdout\\n");`,
    );
    const { exitCode, document, stderr } = await examine(path);
    expect(exitCode).toBe(0);
    // A busy machine brings lines of progress as well.
    const lines = stderr.split("\n").filter((line) => !line.startsWith("doctor: "));
    expect(lines).toEqual(["hello from the module", "and its stdout", ""]);
    expect(document).toMatchObject({ healthy: true, steps: 17 });
    expect(document.parameters.map(({ name }: { name: string }) => name)).toEqual(["weight", "bias"]);
  });

  it("exits with 1 when something does not learn", async () => {
    const path = await writeModule(MODULE.replace("model.forward(x)", "model.forward(x.multiply(0))"));
    const { exitCode, stdout } = await runBuilt("doctor", path, "--html", `${path}.html`);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^.*1 of 2 parameters does not learn: /);
    expect(await readFile(`${path}.html`, "utf8")).toContain("Histograms over the steps");
  });

  it("trains with the module's own optimizer", async () => {
    const path = await writeModule(
      `${MODULE.replace("Linear,", "Linear, SGD,")}\nexport const optimizer = new SGD([model.bias], { learningRate: 0.1 });`,
    );
    const { parameters } = await diagnosisOf(path);
    expect(parameters.map(({ status }) => status)).toEqual(["notHeld", "learns"]);
  });

  it.each([
    [
      "throws",
      'throw new Error("no photos");',
      /network\.mjs: expected a module that can be imported, received Error: no photos \(\/.*network\.mjs:1:7\)$/,
    ],
    ["throws what is no error", 'throw "no";', /received no, thrown$/],
    [
      "has a syntax error",
      "export const one = 1;\nexport const = 1;",
      /expected a module that can be imported, received SyntaxError: Unexpected token '=' \(\/.*network\.mjs:2\)$/,
    ],
    ["imports what is not there", 'import "./none.js";', /received Error: Cannot find module /],
    [
      "exports nothing",
      "export {};",
      /expected an export model that is a Module, received none among no exports\. Export model, batch and loss\(model, batch\)\.$/,
    ],
    [
      "exports a model that is none",
      "export const model = {};",
      /expected an export model that is a Module, received an Object\./,
    ],
    [
      "exports no batch",
      MODULE.replace("export const batch", "const batch"),
      /expected an export batch, received none among loss, model\./,
    ],
    [
      "exports no loss",
      MODULE.replace("export const loss", "const loss"),
      /expected an export loss that is a function, received none among batch, model\./,
    ],
    [
      "exports a number as its loss",
      MODULE.replace("export const loss", "export const loss = 3; const other"),
      /expected an export loss that is a function, received a number\./,
    ],
    [
      "exports an optimizer that is none",
      `${MODULE}export const optimizer = 1;`,
      /expected an export optimizer that is an Optimizer or a list of them, received a number\./,
    ],
    [
      "has a loss that throws",
      MODULE.replace("mse(model", "nonsense(model"),
      /expected a loss function that gives a tensor, received ReferenceError: nonsense is not defined \(/,
    ],
    [
      "has a loss that gives a number",
      MODULE.replace("mse(model.forward(x), y)", "mse(model.forward(x), y).item()"),
      /diagnose loss: expected a tensor, received the number 12\.\d+\. Return the loss as it was computed, without await and without item\(\)\.$/,
    ],
    [
      "has a loss that is not a scalar",
      MODULE.replace("mse(model.forward(x), y)", "model.forward(x)"),
      /expected .*, received /,
    ],
    [
      "has a model without parameters",
      MODULE.replace("new Linear(2, 1).initialize({ seed: 1 })", "new ReLU()").replace("Linear,", "ReLU,"),
      /diagnose model: expected a module with parameters, received ReLU, which has none\..*not seen\.$/,
    ],
    [
      "has a model that was not initialized",
      MODULE.replace(".initialize({ seed: 1 })", ""),
      /expected parameters that have numbers, received parameter weight, which was never initialized\. Call model\.initialize/,
    ],
  ])("says in one line that it %s", async (_what, source, message) => {
    const failure = await failureOf(await writeModule(source));
    expect(failure).toMatch(message);
    expect(failure.split("\n")).toHaveLength(1);
  });

  it("writes such a line to stderr, nothing to stdout, and exits with 1", async () => {
    const path = await writeModule('throw new Error("no photos");');
    const { exitCode, stdout, stderr } = await start("doctor", path).ended;
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toMatch(/^synthconv doctor: .*network\.mjs: expected a module that [^\n]*\n$/);
  });

  it("names the user's line in an error of the library", async () => {
    const wrong = MODULE.replace("model.forward(x)", "model.forward(x.add(tensor([1, 2, 3])))");
    expect(await failureOf(await writeModule(wrong))).toMatch(
      /^add: expected .*, received .* \(\/.*network\.mjs:5:\d+\)$/,
    );
  });

  it("says in three lines what is wrong with the network of the first question, where, and what to write", async () => {
    const example = join(repository, "examples/broken/01-parameter-made-anew.ts");
    const page = join(temporaryFolder(), "report.html");
    const { exitCode, stdout } = await runBuilt("doctor", example, "--html", page);
    expect(exitCode).toBe(1);
    const [verdict, where, write] = stdout.split("\n");
    expect(verdict).toMatch(
      /5 of 7 parameters do not learn: .*made into a new parameter \(.*01-parameter.*:36\)\.$/,
    );
    expect(where).toMatch(/where +.*01-parameter-made-anew\.ts:36:\d+$/);
    expect(write).toMatch(/write +Weights are values: pass the tensor itself/);
    expect(await readFile(page, "utf8")).toContain("Histograms over the steps");
  });

  it("names the line where a layer was made, however deep inside of others", async () => {
    const deep = MODULE.replace(
      "new Linear(2, 1)",
      "new (class extends Linear {\n  spare = new Linear(1, 1); // here\n})(2, 1)",
    );
    const { findings } = await diagnosisOf(await writeModule(deep));
    expect(findings).toMatchObject([{ fault: "notWired", place: { line: 4 } }]);
  });

  it.skipIf(process.platform === "win32")(
    "ends at once with Ctrl-C, also in the midst of a loss",
    async () => {
      const endless = MODULE.replace(
        "mse(model",
        '(console.log("at work"), (() => { for (;;); })(), mse)(model',
      );
      const running = start("doctor", await writeModule(endless));
      await once(running.child.stderr as Readable, "data");
      running.child.kill("SIGINT");
      expect(await running.ended).toEqual({
        exitCode: 130,
        signal: null,
        stdout: "",
        stderr: "at work\nsynthconv doctor: interrupted\n",
      });
    },
  );

  it("takes an error of the system for one of the module", async () => {
    const path = await writeModule('import { readFileSync } from "node:fs";\nreadFileSync("none.txt");');
    expect(await failureOf(path)).toMatch(
      /network\.mjs: expected a module that can be imported, received Error: ENOENT: .*\(\/.*network\.mjs:2:1\)$/,
    );
  });

  it("refuses a file that is no module", async () => {
    const path = join(temporaryFolder(), "x.py");
    await writeFile(path, "");
    const { exitCode, stderr } = await run("doctor", path);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: `synthconv doctor: ${path}: expected the folder of a run, or a module .ts, .mts, .js, .mjs or .cjs\n`,
    });
  });

  it("reads TypeScript, with what it imports", async () => {
    const example = join(repository, "examples/healthy/01-weights-are-values.ts");
    const { exitCode, stdout } = await runBuilt("doctor", example, "--json");
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ healthy: true });
  });

  it("names the line of TypeScript as it was written", async () => {
    const source =
      "interface X {\n  a: number;\n}\nconst x: X = { a: 1 };\nif (x.a > 0) throw new Error('here');\n";
    const path = await writeModule(source, "network.ts");
    expect(await failureOf(path)).toMatch(/received Error: here \(.*network\.ts:5:20\)$/);
  });
});

/** Never comes back, as an endless loop does, and leaves the processor to others. */
const SLEEP = "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)";

/** The lines of the module that `MODULE` is, with one more. */
const alsoDoes = (line: string): string => `${MODULE}${line}\n`;

describe("synthconv doctor, on a module that", () => {
  it.each([
    [
      "ends its process",
      alsoDoes("process.exit(0);"),
      /the end of its process with exit code 0 while it was imported/,
    ],
    [
      "ends its process in the loss",
      MODULE.replace("mse(model", "(process.exit(0), mse)(model"),
      /the end of its process with exit code 0 while it was diagnosed\. Leave out process\.exit\.$/,
    ],
    ["crashes", "process.kill(process.pid, 'SIGKILL'); for (;;);", /the end of its process by SIGKILL while/],
    [
      "waits for what never comes",
      alsoDoes("await new Promise(() => {});"),
      /an await at its top level that nothing will ever answer/,
    ],
    [
      "throws in a timer",
      alsoDoes(
        "setTimeout(() => { throw new Error('late'); }); await new Promise((r) => setTimeout(r, 500));",
      ),
      /expected timers and promises without errors, received Error: late \(\/.*network\.mjs:6:/,
    ],
    [
      "rejects a promise that nobody has",
      alsoDoes("Promise.reject(new Error('lost')); await new Promise((r) => setTimeout(r, 500));"),
      /received Error: lost \(\/.*network\.mjs:6:/,
    ],
    [
      "never ends",
      MODULE.replace("mse(model", `${SLEEP}(model`),
      /expected a verdict within 9 seconds, received a loss that is still being computed\. .*--time-limit\.$/,
    ],
    [
      "is never read to its end",
      alsoDoes(`${SLEEP};`),
      /expected a verdict within 9 seconds, received a module that is still being imported\./,
    ],
  ])("%s gets one line and exit code 1, never a green one", async (_what, source, message) => {
    const path = await writeModule(source);
    const limit = message.source.includes("within 9 seconds") ? ["--time-limit", "9s"] : [];
    const { exitCode, stdout, stderr } = await runBuilt("doctor", path, ...limit);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr).toMatch(/^synthconv doctor: [^\n]*\n$/);
    expect(stderr.trimEnd()).toMatch(message);
  });

  it.each([
    ["a timer", "setInterval(() => {}, 1000);"],
    [
      "a server",
      'const { createServer } = await import("node:http"); createServer().listen(0, "127.0.0.1");',
    ],
    ["a listener for Ctrl-C", 'process.on("SIGINT", () => {}); setInterval(() => {}, 1000);'],
  ])("leaves %s open gets its report, and the command ends", async (_what, line) => {
    const { exitCode, document } = await examine(await writeModule(alsoDoes(line)));
    expect({ exitCode, healthy: document.healthy }).toEqual({ exitCode: 0, healthy: true });
  });

  it("has no other process left when the command is killed", async () => {
    const endless = MODULE.replace(
      "mse(model",
      "(console.log(process.pid), (() => { for (;;); })(), mse)(model",
    );
    const running = start("doctor", await writeModule(endless));
    const [text] = await once(running.child.stderr as Readable, "data");
    running.child.kill("SIGKILL");
    const isAlive = (): boolean => {
      try {
        return process.kill(Number(text), 0);
      } catch {
        return false;
      }
    };
    await expect.poll(isAlive, { timeout: 20_000 }).toBe(false);
  });

  it.each(["network.cjs", "network.js"])("is CommonJS is read, as %s", async (name) => {
    const source = `const { Linear, mse, tensor } = require("synthconv");
      module.exports = {
        model: new Linear(2, 1).initialize({ seed: 1 }),
        batch: { x: tensor([[1, 2], [3, 4]]), y: tensor([[1], [0]]) },
        loss: (model, { x, y }) => mse(model.forward(x), y),
      };`;
    expect(await diagnosisOf(await writeModule(source, name))).toMatchObject({ healthy: true, findings: [] });
  });

  it("has numbers in its batch that are not finite gets them named", async () => {
    const spoilt = MODULE.replace("[3, 4]", "[3, Infinity]");
    const { verdict, findings } = await diagnosisOf(await writeModule(spoilt));
    expect(verdict).toContain("x of the batch is not finite");
    expect(findings).toMatchObject([{ fault: "nonFinite", place: { line: 5 } }]);
    expect(findings[0]?.cause).toBe(
      "x of the batch has Infinity at [1, 1]: no weights make a finite loss of it.",
    );
  });

  it("has a gap in its batch that the loss leaves out is not accused", async () => {
    const masked = MODULE.replace("[3, 4]", "[3, NaN]")
      .replace("model.forward(x)", "model.forward(x.slice([[0, 1]]))")
      .replace(", y)", ", y.slice([[0, 1]]))");
    expect(await diagnosisOf(await writeModule(masked))).toMatchObject({ healthy: true, findings: [] });
  });

  it("learns with a warning: the verdict has it, and --strict makes it exit code 1", async () => {
    const path = await writeModule(`
      import { conv2d, Conv2d, Linear, Module, mse, RandomStream, randomUniform, relu, reshape } from "synthconv";
      class Net extends Module {
        generator = new Linear(5, 12);
        head = new Conv2d(4, 3, 1);
        forward(image, condition) {
          const weight = reshape(relu(this.generator.forward(condition)), [-1, 4, 3, 1, 1]);
          return this.head.forward(relu(conv2d(image, weight)));
        }
      }
      const random = new RandomStream({ seed: 1, purpose: "batch" });
      export const model = new Net().initialize({ seed: 1 });
      export const batch = { image: randomUniform([4, 3, 6, 6], random), condition: randomUniform([4, 5], random) };
      export const loss = (net, { image, condition }) => mse(net.forward(image, condition), image);
    `);
    const { exitCode, document } = await examine(path);
    expect({ exitCode, state: document.state }).toEqual({ exitCode: 0, state: "warned" });
    expect(document.verdict).toContain("with a warning: generator.weight, generator.bias");
    expect((await runBuilt("doctor", path, "--strict", "--quiet")).exitCode).toBe(1);
  });

  it("is trained for as many steps as --steps says", async () => {
    const { stdout } = await runBuilt("doctor", await writeModule(MODULE), "--steps", "7", "--json");
    expect(JSON.parse(stdout)).toMatchObject({ healthy: true, steps: 7 });
  });
});

describe("synthconv doctor, on TypeScript", () => {
  const TYPED = MODULE.replace("(model, { x, y })", "(model: Linear, { x, y }: typeof batch)");

  /** Beside the module is what users of an older Node install. */
  async function writeTyped(source: string): Promise<string> {
    const path = await writeModule(source, "network.ts");
    const amaro = dirname(dirname(createRequire(import.meta.url).resolve("amaro")));
    await symlink(amaro, join(dirname(path), "node_modules/amaro"), "junction");
    return path;
  }

  it.each([
    ["an enum", "enum Size { Small = 1 }", "enum is not supported", 3],
    [
      "a parameter property",
      "class A { constructor(private readonly a: number) {} }",
      "parameter property",
      3,
    ],
    ["a namespace", "namespace N { export const a = 1; }", "namespace", 3],
    ["a missing bracket", "const a = f({ b: 1 }\nconst c = 1;", "Expected ','", 4],
  ])("names %s with file, line and what Node said", async (_what, source, said, line) => {
    const path = await writeTyped(`// one\n// two\n${source}\n${TYPED}`);
    const failure = await failureOf(path);
    expect(failure.split("\n")).toHaveLength(1);
    expect(failure).toContain(said);
    expect(failure).toContain(`network.ts:${line})`);
    expect(failure.includes("write an enum as a constant object")).toBe(
      said.startsWith("Expected") === false,
    );
  });

  it("names the file of a mistake in what the module imports", async () => {
    const path = await writeTyped(`import { helper } from "./helper.ts";\n${TYPED}`);
    await writeFile(join(dirname(path), "helper.ts"), "export const helper = ;\n");
    expect(await failureOf(path)).toMatch(/received SyntaxError: [^\n]* \(\/[^\n]*helper\.ts:1\)$/);
  });

  it("finds ./helper.ts where ./helper.js is imported, and names what is written where there is neither", async () => {
    const path = await writeTyped(
      `import { scale } from "./helper.js";\nexport const used = scale;\n${TYPED}`,
    );
    expect(await failureOf(path)).toMatch(/received Error: Cannot find module '[^']*helper\.js'/);
    await writeFile(join(dirname(path), "helper.ts"), "export const scale: number = 2;\n");
    // A module that failed stays failed in its process.
    const { exitCode, document } = await examine(path);
    expect({ exitCode, healthy: document.healthy }).toEqual({ exitCode: 0, healthy: true });
  });
});
