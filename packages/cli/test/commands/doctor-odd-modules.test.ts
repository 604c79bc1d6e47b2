import { once } from "node:events";
import { symlink, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { diagnosisOf, examine, failureOf, MODULE, runBuilt, writeModule } from "./doctor-support.js";
import { start } from "./support.js";

/** Never comes back, as an endless loop does, and leaves the processor to others. */
const SLEEP = "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)";

/** The lines of the module that `MODULE` is, with one more. */
const alsoDoes = (line: string): string => `${MODULE}${line}\n`;

async function expectOneLine(path: string, message: RegExp, ...options: string[]): Promise<void> {
  const { exitCode, stdout, stderr } = await runBuilt("doctor", path, ...options);
  expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
  expect(stderr).toMatch(/^synthconv doctor: [^\n]*\n$/);
  expect(stderr.trimEnd()).toMatch(message);
}

// Beside each other: both only wait.
describe.concurrent("synthconv doctor, on a module that", () => {
  it.each([
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
  ])("%s gets one line and exit code 1 at the time limit", async (_what, source, message) => {
    await expectOneLine(await writeModule(source), message, "--time-limit", "9s");
  });
});

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
  ])("%s gets one line and exit code 1, never a green one", async (_what, source, message) => {
    await expectOneLine(await writeModule(source), message);
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
    expect(findings).toMatchObject([{ fault: "nonFinite", place: { line: 4 } }]);
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

  /** Beside the module is what users of an older Node install: 0.1 is what npm gives to Node 20, 1.2 wants Node 22. */
  async function writeTyped(source: string, version: "amaro" | "amaro-0.1" = "amaro"): Promise<string> {
    const path = await writeModule(source, "network.ts");
    const amaro = dirname(dirname(createRequire(import.meta.url).resolve(version)));
    await symlink(amaro, join(dirname(path), "node_modules/amaro"), "junction");
    return path;
  }

  it.each<[string, string, string, number, "amaro-0.1"?]>([
    ["an enum", "enum Size { Small = 1 }", "enum is not supported", 3],
    [
      "a parameter property",
      "class A { constructor(private readonly a: number) {} }",
      "parameter property",
      3,
    ],
    ["a namespace", "namespace N { export const a = 1; }", "namespace", 3],
    ["a missing bracket", "const a = f({ b: 1 }\nconst c = 1;", "Expected ','", 4],
    ["an enum of several lines", "enum Size {\n  Small = 1,\n}", "enum is not supported", 3, "amaro-0.1"],
    ["a missing bracket", "const a = f({ b: 1 }\nconst c = 1;", "xpected", 4, "amaro-0.1"],
  ])("names %s with file, line and what Node said", async (_what, source, said, line, version) => {
    const path = await writeTyped(`// one\n// two\n${source}\n${TYPED}`, version);
    const failure = await failureOf(path);
    expect(failure.split("\n")).toHaveLength(1);
    expect(failure).toContain(said);
    expect(failure).toContain(`network.ts:${line})`);
    expect(failure.includes("write an enum as a constant object")).toBe(!said.includes("xpected"));
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
