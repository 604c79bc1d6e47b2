import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { repository } from "../../../../test-support/module-graph.js";

const command = join(repository, "packages/cli/bin/synthconv.cjs");

/** The files of the project that a command line loads, by V8's coverage. */
function loadedBy(...args: string[]): string[] {
  const folder = temporaryFolder();
  const env = { ...process.env, NODE_V8_COVERAGE: folder };
  const { stderr } = spawnSync(process.execPath, [command, ...args], { env, encoding: "utf8" });
  expect(stderr).toBe("");
  const reports = readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), "utf8")));
  const urls = reports.flatMap(({ result }) => result.map(({ url }: { readonly url: string }) => url));
  return urls.filter((url) => url.startsWith("file:"));
}

describe("what a command line loads", () => {
  it("is the frame alone for --version and the list of commands: no kernel, no tape, no codec", () => {
    for (const args of [["--version"], ["--help"]]) {
      const loaded = loadedBy(...args);
      expect(loaded.length).toBeGreaterThan(5);
      expect(
        loaded.filter((url) => /\/dist\/(kernels|look|autograd|train|commands|image)\/|sharp/.test(url)),
      ).toEqual([]);
    }
  });

  it("is neither tape nor training for the commands that train nothing", () => {
    for (const name of ["apply", "bake", "compare", "inspect"]) {
      const loaded = loadedBy(name, "--help");
      expect(loaded.filter((url) => url.includes("/dist/commands/")).length).toBeGreaterThan(0);
      expect(
        loaded.filter((url) => /synthconv\/dist\/(autograd|ops|nn|train|fit|doctor)\//.test(url)),
      ).toEqual([]);
    }
  });
});
