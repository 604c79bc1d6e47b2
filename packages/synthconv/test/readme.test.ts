import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

const run = promisify(execFile);
const root = join(import.meta.dirname, "../../..");

/**
 * Compiles a block as a user's project would, strictly, and runs it against the built package.
 *
 * @param skipLibCheck for packages whose own types do not hold with the current TypeScript.
 */
async function runTypeScript(source: string, { skipLibCheck = false } = {}): Promise<string> {
  const parent = join(root, "packages/synthconv/generated");
  mkdirSync(parent, { recursive: true });
  const folder = mkdtempSync(join(parent, "readme-"));
  try {
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    writeFileSync(join(folder, "block.ts"), source);
    const compilerOptions = {
      target: "ES2023",
      lib: ["ES2023", "DOM"],
      module: "nodenext",
      strict: true,
      skipLibCheck,
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
      types: [],
    };
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["block.ts"] }));
    await run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", folder]);
    return (await run(process.execPath, [join(folder, "block.js")])).stdout;
  } catch (error) {
    // The compiler's errors stand on stdout.
    throw new Error(`${(error as { stdout?: string }).stdout}\n${String(error)}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe("the README", () => {
  const readme = readFileSync(join(root, "README.md"), "utf8");
  const [firstBlock = "", secondBlock = ""] = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(
    ([, code]) => code,
  );

  it("hypernetizes a network in its second block, and describes what that costs", async () => {
    const [shape, ...description] = (await runTypeScript(secondBlock)).trim().split("\n");
    expect(shape).toBe("[ 2, 3, 8, 8 ]");
    expect(description.map((line) => line.split(/\s+/)[0])).toEqual(["tensor", "2.weight", "2.bias", "10"]);
    expect(description.at(-1)).toMatch(/2128 parameters \(48 of them read conditions\) write 435 numbers/);
  });

  it("starts with a seed network whose loss falls and whose fully connected layers get a gradient", async () => {
    const lines = (await runTypeScript(firstBlock)).trim().split("\n");
    const losses = lines.flatMap((line) => /^step \d+: loss ([\d.]+)$/.exec(line)?.[1] ?? []).map(Number);
    expect(losses.length).toBe(4);
    expect(losses).toEqual([...losses].sort((a, b) => b - a));
    expect(losses.at(-1)).toBeLessThan((losses[0] as number) / 2);
    const norms = new Map(
      lines.flatMap((line) => {
        const [, name, norm] = /^(\S+): gradient norm (\S+)$/.exec(line) ?? [];
        return name === undefined ? [] : [[name, Number(norm)] as const];
      }),
    );
    expect([...norms.keys()]).toEqual([
      "first.weight",
      "first.bias",
      "second.weight",
      "second.bias",
      "head.weight",
      "head.bias",
    ]);
    for (const norm of norms.values()) expect(norm).toBeGreaterThan(0);
  });

  it("of the package runs its example too", async () => {
    const [, example = ""] =
      /```ts\n([\s\S]*?)```/.exec(readFileSync(join(root, "packages/synthconv/README.md"), "utf8")) ?? [];
    expect((await runTypeScript(example)).trim()).toBe("[ 9, 10 ]");
  });

  it("on the doctor runs its example: the report names the line, and the assertion fails", async () => {
    const [, example = ""] =
      /```ts\n([\s\S]*?)```/.exec(readFileSync(join(root, "docs/doctor.md"), "utf8")) ?? [];
    const [verdict, where, ...rest] = (await runTypeScript(example)).trim().split("\n");
    expect(verdict).toContain("2 of 4 parameters do not learn: generator.weight, generator.bias");
    expect(where).toMatch(/where +.*block\.js:\d+:\d+$/);
    expect(rest.join("\n")).toContain("| const written = this.generator.forward(condition).detach()");
    expect(rest.at(-1)).toBe("a test would fail: GradientFlowError");
  });

  it("on hypernetworks runs its example: each image by weights of its own style", async () => {
    const [, example = ""] =
      /```ts\n([\s\S]*?)```/.exec(readFileSync(join(root, "docs/hypernetworks.md"), "utf8")) ?? [];
    const printed = await runTypeScript(example);
    expect(printed).toContain("[ 2, 3, 64, 64 ]");
    expect(printed).toContain("condition.embedding.weight");
    expect(printed).not.toContain("network.");
  });

  it("on hypernetworks writes one as ONNX: batch, height and width are free, and the channels are said to be fixed", async () => {
    const text = readFileSync(join(root, "docs/hypernetworks.md"), "utf8");
    const [, example = ""] = [...text.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code]) => code);
    const printed = await runTypeScript(example);
    expect(printed).toContain("[ 'batch', 3, 'height', 'width' ]");
    expect(printed).toContain("input: 'image',\n    axis: 1,\n    size: 3,");
  });

  it("on TensorFlow.js runs its example: the variables are named with the line, and the repair learns", async () => {
    const [, example = ""] =
      /```ts\n([\s\S]*?)```/.exec(readFileSync(join(root, "docs/tfjs.md"), "utf8")) ?? [];
    // The parts of @tensorflow/tfjs that it uses; tfjs-layers registers the gradients of all operations.
    const parts = `import "@tensorflow/tfjs-backend-cpu";
      import "@tensorflow/tfjs-layers";
      import * as tf from "@tensorflow/tfjs-core";`;
    const source = example.replace('import * as tf from "@tensorflow/tfjs";', parts);
    const lines = (await runTypeScript(source, { skipLibCheck: true })).trim().split("\n");
    expect(lines[0]).toContain("3 of 4 parameters do not learn: hidden, head, kernel");
    expect(lines[1]).toMatch(/where +.*block\.js:\d+:\d+$/);
    expect(lines.join("\n")).toContain("| kernel.assign(generate());");
    expect(lines.at(-1)).toBe("All 3 parameters learn: a gradient arrived and moved them in 5 steps.");
  });

  it("names commands that exist", () => {
    const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      scripts: Record<string, string>;
    };
    const named = [...readme.matchAll(/npm (?:run )?([a-z][a-z:-]*)/g)].map(([, name]) => name);
    expect(named).toContain("demo");
    expect(named).toContain("test");
    const own = new Set([...Object.keys(scripts), "install", "ci"]);
    for (const name of named) expect(own).toContain(name);
  });
});
