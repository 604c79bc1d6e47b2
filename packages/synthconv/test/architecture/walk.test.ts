/** Holds the page of docs/architecture.md that follows one call against the imports, and against what really runs. */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { importGraph, repository } from "../../../../test-support/module-graph.js";

const page = readFileSync(join(repository, "docs/architecture.md"), "utf8");

/** The files of a numbered list under a heading, `ops/check.ts`, in its order. */
function filesUnder(heading: string): string[] {
  const start = page.indexOf(`${heading}\n`);
  expect(start, heading).toBeGreaterThan(0);
  const section = page.slice(start + heading.length).split(/\n#+ /)[0] as string;
  return [...section.matchAll(/^\d+\. `([^`]+)`/gm)].map((match) => match[1] as string);
}

/** From above. */
const folders = [
  "ops",
  "autograd",
  "kernels/pixel-network",
  "kernels/pixel-network/fused",
  "kernels/threads",
  "kernels/base",
];

const forward = filesUnder("### Forward");
const backward = filesUnder("### Backward adds");

describe("the walk of pixelNetwork in docs/architecture.md", () => {
  it("passes 13 files forward and 5 more backward, outside core/", () => {
    expect(forward.length).toBeLessThanOrEqual(13);
    expect(backward.length).toBeLessThanOrEqual(5);
    expect([...forward, ...backward].filter((file) => file.startsWith("core/"))).toEqual([]);
  });

  it("goes downwards: each file is imported by one above it, and imports no folder above its own", () => {
    const graph = importGraph();
    const imports = (file: string): string[] =>
      (graph.get(`packages/synthconv/src/${file}`) ?? []).map((target) =>
        target.replace("packages/synthconv/src/", ""),
      );
    const rank = (file: string): number => folders.indexOf(dirname(file));
    const list = [...forward, ...backward];
    list.forEach((file, index) => {
      expect(folders).toContain(dirname(file));
      const importers = list.slice(0, index).filter((one) => imports(one).includes(file));
      // What people call themselves.
      if (index > 0 && file !== "autograd/backward.ts") expect(importers, file).not.toEqual([]);
      expect(
        imports(file).filter((one) => list.includes(one) && rank(one) < rank(file)),
        file,
      ).toEqual([]);
    });
  });

  it("names the files in which functions run, and no others", () => {
    const trace = join(import.meta.dirname, "walk-trace.mjs");
    const { stdout, stderr } = spawnSync(process.execPath, [trace], { encoding: "utf8" });
    expect(stderr).toBe("");
    const ran = JSON.parse(stdout) as Record<"forward" | "backward", string[]>;
    const outsideCore = (files: string[]): string[] =>
      files.filter((file) => !file.startsWith("core/")).map((file) => file.replace(/\.js$/, ".ts"));
    expect(outsideCore(ran.forward).sort()).toEqual([...forward].sort());
    const added = outsideCore(ran.backward).filter((file) => !forward.includes(file));
    expect(added.sort()).toEqual([...backward].sort());
  });
});
