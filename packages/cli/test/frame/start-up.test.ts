import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { repository } from "../../../../test-support/module-graph.js";

const command = join(repository, "packages/cli/bin/synthconv.cjs");
const program = join(repository, "packages/cli/dist/program");

/** The files of the program that a command line loads, by V8's coverage. */
function filesLoadedBy(...args: string[]): string[] {
  const folder = temporaryFolder();
  const env = { ...process.env, NODE_V8_COVERAGE: folder };
  const { stderr } = spawnSync(process.execPath, [command, ...args], { env, encoding: "utf8" });
  expect(stderr).toBe("");
  const reports = readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), "utf8")));
  const urls = reports.flatMap(({ result }) => result.map(({ url }: { readonly url: string }) => url));
  const files = new Set(urls.filter((url) => url.startsWith("file:")).map((url) => fileURLToPath(url)));
  return [...files].filter((file) => !file.includes("/node_modules/"));
}

/** The modules that went into them: the bundler writes a comment with its path before each. */
function modulesLoadedBy(...args: string[]): string[] {
  const files = filesLoadedBy(...args);
  return files.flatMap((file) => readFileSync(file, "utf8").match(/(?<=^\/\/ )packages\/\S+\.js$/gm) ?? []);
}

describe("what a command line loads", () => {
  it("is the frame alone for --version and the list of commands: no kernel, no tape, no codec", () => {
    for (const args of [["--version"], ["--help"]]) {
      const loaded = modulesLoadedBy(...args);
      expect(loaded.length).toBeGreaterThan(5);
      expect(
        loaded.filter((path) => /\/dist\/(kernels|look|autograd|train|commands|image)\//.test(path)),
      ).toEqual([]);
    }
  });

  it("is neither tape nor training for the commands that train nothing", () => {
    for (const name of ["apply", "bake", "compare", "inspect"]) {
      const loaded = modulesLoadedBy(name, "--help");
      expect(loaded.filter((path) => path.includes("/dist/commands/")).length).toBeGreaterThan(0);
      expect(
        loaded.filter((path) => /synthconv\/dist\/(autograd|ops|nn|train|fit|doctor)\//.test(path)),
      ).toEqual([]);
    }
  });

  it("is few files, whatever the command: each costs Node half a millisecond or more", () => {
    for (const name of ["apply", "train", "doctor"])
      expect(filesLoadedBy(name, "--help").length).toBeLessThan(80);
  });

  it("is of other packages only what this one depends on", () => {
    const texts = readdirSync(program).map((file) => readFileSync(join(program, file), "utf8"));
    const names = texts.flatMap((text) => [
      ...text.matchAll(/^import .*?"([^./][^"]*)";$|import\("([^./][^"]*)"\)/gm),
    ]);
    const used = new Set(names.map(([, one, other]) => one ?? (other as string)));
    const { dependencies } = JSON.parse(readFileSync(join(repository, "packages/cli/package.json"), "utf8"));
    const others = [...used].filter((name) => !name.startsWith("node:"));
    expect(others).toEqual(expect.arrayContaining(["commander", "sharp", "valibot"]));
    expect(others.filter((name) => dependencies[name] === undefined)).toEqual([]);
    const library = JSON.parse(readFileSync(join(repository, "packages/synthconv/package.json"), "utf8"));
    expect(dependencies).toMatchObject(library.dependencies);
  });
});
