import { once } from "node:events";
import { appendFile, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { identityCube, writeCube } from "synthconv/look";
import { describe, expect, it } from "vitest";
import { readEvents } from "../../../synthconv/src/format/events/index.js";
import { newFolder, run, runJson, start } from "./support.js";

const repository = fileURLToPath(new URL("../../../..", import.meta.url));

/** A small training's folder, watched every ten steps or not at all. */
async function trained({ watch }: { watch: boolean }): Promise<string> {
  const folder = await newFolder();
  const cube = identityCube(5);
  await writeFile(
    join(folder, "x.cube"),
    writeCube({ cube: { ...cube, table: cube.table.map((value) => value ** 1.5) } }),
  );
  const runFolder = join(folder, "run");
  const size = ["--channels", "4", "--steps", "40", "--batch", "64"];
  const { exitCode, stderr } = await run(
    ...["train", join(folder, "x.cube"), "-o", join(folder, "x.safetensors"), "--run", runFolder, ...size],
    ...(watch ? ["--watch", "10"] : []),
  );
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
  return runFolder;
}

/** A folder in which modules find the library, as in a user's project. */
async function project(): Promise<string> {
  const folder = await newFolder();
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

async function writeModule(source: string, name = "network.mjs"): Promise<string> {
  const path = join(await project(), name);
  await writeFile(path, source);
  return path;
}

describe("synthconv doctor, on a run", () => {
  it("says first that all is well, by the watched steps", async () => {
    const folder = await trained({ watch: true });
    const { exitCode, stdout } = await run("doctor", folder);
    expect(exitCode).toBe(0);
    expect(stdout.split("\n")[0]).toMatch(
      /Every trained parameter \(1\) learns: a gradient arrived and moved it, seen in all 4 watched steps \(0 to 30\)\.$/,
    );
    expect(stdout).toContain("generator.head.bias");
  });

  it("says what it can of one that was not watched, and what would tell more", async () => {
    const folder = await trained({ watch: false });
    const { exitCode, document } = await runJson("doctor", folder);
    expect(exitCode).toBe(0);
    expect(document).toMatchObject({ version: 1, healthy: true, steps: 40, findings: [] });
    expect(document.verdict).toContain("synthconv train --watch 100 tells gradients");
  });

  it("changes nothing in the folder, and can look while the run is at work", async () => {
    const folder = await trained({ watch: true });
    await writeFile(join(folder, "lock"), "");
    const before = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name))));
    expect((await run("doctor", folder)).exitCode).toBe(0);
    const after = await Promise.all((await readdir(folder)).map((name) => readFile(join(folder, name))));
    expect(after).toEqual(before);
  });

  it("writes a page with histograms, and an event file", async () => {
    const folder = await trained({ watch: true });
    const out = await newFolder();
    const page = join(out, "new", "report.html");
    const events = join(out, "tb");
    expect((await run("doctor", folder, "--html", page, "--tensorboard", events)).exitCode).toBe(0);
    const html = await readFile(page, "utf8");
    expect(html).toContain("<!doctype html>");
    expect(html).toContain("Histograms over the steps");
    expect(await readdir(events)).toEqual(["events.out.tfevents.0.synthconv"]);
    const name = "events.out.tfevents.0.synthconv";
    expect(await readFile(join(events, name))).toEqual(await readFile(join(folder, name)));
    const again = await run("doctor", folder, "--html", page);
    expect({ exitCode: again.exitCode, stderr: again.stderr }).toEqual({
      exitCode: 1,
      stderr: `synthconv doctor: ${page}: expected a name that is free, received a file that exists. Overwrite it with --force, or choose another name.\n`,
    });
    expect((await run("doctor", folder, "--html", page, "--force")).exitCode).toBe(0);
  });

  it("writes the losses of an unwatched run for TensorBoard", async () => {
    const folder = await trained({ watch: false });
    const events = join(await newFolder(), "tb");
    await run("doctor", folder, "--tensorboard", events);
    const bytes = await readFile(join(events, "events.out.tfevents.0.synthconv"));
    const steps = readEvents(bytes, "x").events.slice(1);
    expect(steps.map(({ step }) => step)).toEqual(Array.from({ length: 40 }, (_, step) => step));
    expect(steps[0]?.values[0]).toMatchObject({ kind: "scalar", tag: "train/loss" });
  });

  it("leaves out half an event of a killed run, and says so", async () => {
    const folder = await trained({ watch: true });
    const path = join(folder, "events.out.tfevents.0.synthconv");
    const bytes = await readFile(path);
    await writeFile(path, bytes.subarray(0, bytes.length - 9));
    const { exitCode, stdout, stderr } = await run("doctor", folder);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("in all 3 watched steps (0 to 20)");
    expect(stderr).toMatch(
      /^synthconv doctor: warning: .*tfevents.*: its last \d+ bytes are no whole event and were left out; the rest is good\n$/,
    );
  });

  it("goes on without a damaged checkpoint, and says so", async () => {
    const folder = await trained({ watch: true });
    await writeFile(join(folder, "checkpoint-000000040.safetensors"), "no");
    const { exitCode, stderr } = await run("doctor", folder);
    expect(exitCode).toBe(0);
    expect(stderr).toContain("warning: ");
    expect(stderr.split("\n")).toHaveLength(2);
  });
});

describe("synthconv doctor, on a run that cannot be read, says in one line that", () => {
  async function refused(target: string, exitCode = 1): Promise<string> {
    const outcome = await run("doctor", target);
    expect({ exitCode: outcome.exitCode, stdout: outcome.stdout }).toEqual({ exitCode, stdout: "" });
    expect(outcome.stderr.split("\n")).toHaveLength(2);
    return outcome.stderr;
  }

  it("there is nothing of that name", async () => {
    const target = join(await newFolder(), "none");
    expect(await refused(target)).toContain(
      `${target}: expected the folder of a run, or a module, received nothing of that name`,
    );
  });

  it("the folder is empty, or holds no run", async () => {
    const folder = await newFolder();
    expect(await refused(folder)).toContain(
      `${folder}: expected the folder of a training run, received an empty folder.`,
    );
    await writeFile(join(folder, "x.txt"), "");
    expect(await refused(folder)).toContain(
      "received a folder without checkpoint, history or events. Keep a run with",
    );
  });

  it("the run has not come to a checkpoint yet", async () => {
    const folder = await trained({ watch: false });
    await rm(join(folder, "checkpoint-000000040.safetensors"));
    expect(await refused(folder)).toContain(
      "expected a checkpoint or a watched step, received a run that has neither yet.",
    );
  });

  it("a newer build wrote it", async () => {
    const folder = await trained({ watch: true });
    const path = join(folder, "checkpoint-000000040.safetensors");
    const bytes = await readFile(path);
    await writeFile(path, bytes.toString("latin1").replace('"version":"1"', '"version":"9"'), "latin1");
    expect(await refused(folder)).toContain(
      `${path}: expected version 1 or older, received version 9. Upgrade synthconv`,
    );
  });

  it("its history or its events are damaged", async () => {
    const folder = await trained({ watch: true });
    await appendFile(join(folder, "history.jsonl"), "oops\n");
    expect(await refused(folder)).toContain("history.jsonl, line 41: expected a record");
    await rm(join(folder, "history.jsonl"));
    const path = join(folder, "events.out.tfevents.0.synthconv");
    const bytes = await readFile(path);
    bytes[70] = (bytes[70] as number) ^ 1;
    await writeFile(path, bytes);
    expect(await refused(folder)).toContain("tfevents.0.synthconv, record 2 at byte 40: expected ");
  });
});

describe("synthconv doctor, on a module", () => {
  it("runs a few steps of it, keeps what it prints off the report, and exits with 0 when it learns", async () => {
    const path = await writeModule(`${MODULE}\nconsole.log("hello from the module");`);
    const { exitCode, document } = await runJson("doctor", path);
    expect(exitCode).toBe(0);
    expect(document).toMatchObject({ healthy: true, steps: 5 });
    expect(document.parameters.map(({ name }: { name: string }) => name)).toEqual(["weight", "bias"]);
  });

  it("exits with 1 when something does not learn", async () => {
    const path = await writeModule(MODULE.replace("model.forward(x)", "model.forward(x.multiply(0))"));
    const { exitCode, stdout } = await run("doctor", path, "--html", `${path}.html`);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^.*1 of 2 parameters does not learn: /);
    expect(await readFile(`${path}.html`, "utf8")).toContain("Histograms over the steps");
  });

  it("trains with the module's own optimizer", async () => {
    const path = await writeModule(
      `${MODULE.replace("Linear,", "Linear, SGD,")}\nexport const optimizer = new SGD([model.bias], { learningRate: 0.1 });`,
    );
    const { document } = await runJson("doctor", path);
    expect(document.parameters.map(({ status }: { status: string }) => status)).toEqual([
      "notHeld",
      "learns",
    ]);
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
      "export const = 1;",
      /expected a module that can be imported, received SyntaxError: /,
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
      /expected an export optimizer that is an Optimizer, received a number\./,
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
      /expected parameters that are numbers, received NaN in/,
    ],
  ])("says in one line that it %s", async (_what, source, message) => {
    const path = await writeModule(source);
    const { exitCode, stdout, stderr } = await start("doctor", path).ended;
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: "" });
    expect(stderr.trimEnd()).toMatch(message);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
    expect(stderr).toMatch(/^synthconv doctor: /);
  });

  it("names the user's line in an error of the library", async () => {
    const wrong = MODULE.replace("model.forward(x)", "model.forward(x.add(tensor([1, 2, 3])))");
    const { stderr } = await start("doctor", await writeModule(wrong)).ended;
    expect(stderr).toMatch(/^synthconv doctor: add: expected .*, received .* \(\/.*network\.mjs:5:\d+\)\n$/);
  });

  it("says in three lines what is wrong with the network of the first question, where, and what to write", async () => {
    const example = join(repository, "examples/broken/01-parameter-made-anew.ts");
    const page = join(await newFolder(), "report.html");
    const { exitCode, stdout } = await start("doctor", example, "--html", page).ended;
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
    const { document } = await runJson("doctor", await writeModule(deep));
    expect(document.findings).toMatchObject([{ fault: "notWired", place: { line: 4 } }]);
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
      expect(await running.ended).toMatchObject({ signal: "SIGINT", stdout: "" });
    },
  );

  it("takes an error of the system for one of the module", async () => {
    const path = await writeModule('import { readFileSync } from "node:fs";\nreadFileSync("none.txt");');
    const { stderr } = await start("doctor", path).ended;
    expect(stderr).toMatch(
      /network\.mjs: expected a module that can be imported, received Error: ENOENT: .*\(\/.*network\.mjs:2:1\)\n$/,
    );
  });

  it("refuses a file that is no module", async () => {
    const path = join(await newFolder(), "x.py");
    await writeFile(path, "");
    const { exitCode, stderr } = await run("doctor", path);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: `synthconv doctor: ${path}: expected the folder of a run, or a module .ts, .mts, .js or .mjs\n`,
    });
  });

  it("reads TypeScript, with what it imports", async () => {
    const example = join(repository, "examples/healthy/01-weights-are-values.ts");
    const { exitCode, stdout } = await start("doctor", example, "--json").ended;
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ healthy: true });
  });

  it("names the line of TypeScript as it was written", async () => {
    const source =
      "interface X {\n  a: number;\n}\nconst x: X = { a: 1 };\nif (x.a > 0) throw new Error('here');\n";
    const path = await writeModule(source, "network.ts");
    const { stderr } = await start("doctor", path).ended;
    expect(stderr).toMatch(/received Error: here \(.*network\.ts:5:20\)\n$/);
  });
});
