/** What holds of every source file: who imports whom, and how long it is. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { circlesOf, importGraph, repository, sourceFiles } from "../../../../test-support/module-graph.js";

describe("modules", () => {
  it("import each other in no circle, types included", () => {
    const graph = importGraph();
    expect(graph.size).toBeGreaterThan(300);
    expect(circlesOf(graph)).toEqual([]);
  });

  it("are found with their imports: of values, of types, of calls and of AssemblyScript", () => {
    const graph = importGraph();
    const kernels = "packages/synthconv/src/kernels";
    expect(graph.get("packages/synthconv/src/ops/pixel-network.ts")).toEqual(
      expect.arrayContaining([
        "packages/synthconv/src/autograd/tape.ts",
        `${kernels}/pixel-network/index.ts`,
        `${kernels}/pixel-network/run.ts`,
      ]),
    );
    expect(graph.get("packages/synthconv/src/index.ts")).toContain("packages/synthconv/src/ops/index.ts");
    expect(graph.get(`${kernels}/pixel-network/fused/assembly/kernel.ts`)).toContain(
      `${kernels}/base/assembly/simd.ts`,
    );
    expect(graph.get("conformance/src/library.ts")).toContain(`${kernels}/index.ts`);
  });

  it("in a circle are named", () => {
    const graph = new Map([
      ["a", ["b", "d"]],
      ["b", ["c"]],
      ["c", ["a"]],
      ["d", ["d"]],
      ["e", ["a"]],
    ]);
    expect(circlesOf(graph).sort()).toEqual([["a", "b", "c"], ["d"]]);
  });

  it("have at most 250 lines, and half of them at most 110", () => {
    const lengths = sourceFiles().map((file) => {
      const text = readFileSync(join(repository, file), "utf8");
      return { file, lines: text.split("\n").length - 1 };
    });
    // An entry point spells its names, one on a line: it is a list, however long.
    const long = lengths.filter(({ file, lines }) => lines > 250 && !file.endsWith("/src/index.ts"));
    expect(long).toEqual([]);
    const sorted = lengths.map(({ lines }) => lines).sort((a, b) => a - b);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThanOrEqual(110);
  });
});
