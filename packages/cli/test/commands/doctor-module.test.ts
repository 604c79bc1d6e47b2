import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import {
  diagnosisOf,
  examine,
  failureOf,
  MODULE,
  repository,
  runBuilt,
  writeModule,
} from "./doctor-support.js";
import { run, start } from "./support.js";

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

  it.each([
    ["x.py", "a file .py"],
    ["README.md", "a file .md"],
    ["weights", "a file without an extension"],
  ])("refuses %s, which is no module", async (name, received) => {
    const path = join(temporaryFolder(), name);
    await writeFile(path, "");
    const { exitCode, stderr } = await run("doctor", path);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: `synthconv doctor: ${path}: expected the folder of a run, or a module .ts, .mts, .js, .mjs or .cjs, received ${received}\n`,
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
