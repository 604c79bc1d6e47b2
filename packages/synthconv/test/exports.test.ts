import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const documentation = readFileSync(join(import.meta.dirname, "../../../docs/api.md"), "utf8");
const manifest = JSON.parse(readFileSync(join(import.meta.dirname, "../package.json"), "utf8")) as {
  readonly exports: Record<string, { readonly default: string }>;
};

/** Every entry point with the source that it is compiled from. */
const entryPoints = Object.entries(manifest.exports)
  .filter(([path]) => path !== "./package.json")
  .map(([path, file]) => [
    `synthconv${path.slice(1)}`,
    file.default.replace("./dist/", "../src/").replace(/\.js$/, ".ts"),
  ]) as [string, string][];

/** The names in backquotes in the list items below a heading. */
function documented(entryPoint: string): string[] {
  const section = documentation.split(/^## /m).find((text) => text.startsWith(`${entryPoint}\n`)) ?? "";
  const items = section.split("\n").filter((line) => line.startsWith("- "));
  // What stands in brackets explains; methods behind a semicolon do, too.
  const lists = items.map((line) => line.replace(/\([^)]*\)/g, "").replace(/;.*$/, ""));
  return lists.flatMap((line) => [...line.matchAll(/`(\w+)`/g)].map(([, name]) => name as string)).sort();
}

describe("docs/api.md lists every export", () => {
  it.each(entryPoints)("of %s", async (entryPoint, source) => {
    const exported = Object.keys(await import(source));
    expect(exported.length).toBeGreaterThan(0);
    expect(exported.sort()).toEqual(documented(entryPoint));
  });

  it("and no entry point that there is not", () => {
    const headings = [...documentation.matchAll(/^## (synthconv\S*)/gm)].map(([, name]) => name as string);
    expect(headings.sort()).toEqual(entryPoints.map(([name]) => name).sort());
  });
});

describe("the doors stay small", () => {
  it("synthconv exports at most 160 names", async () => {
    expect(Object.keys(await import("../src/index.js")).length).toBeLessThanOrEqual(160);
  });

  it("no barrel exports names that it does not spell", () => {
    const sources = entryPoints.map(([, source]) => readFileSync(join(import.meta.dirname, source), "utf8"));
    for (const source of sources) expect(source).not.toMatch(/export \*/);
  });

  it("a name that two of them export is the same thing in both", async () => {
    const seen = new Map<string, unknown>();
    for (const [, source] of entryPoints) {
      for (const [name, value] of Object.entries(await import(source))) {
        if (seen.has(name)) expect(value, name).toBe(seen.get(name));
        seen.set(name, value);
      }
    }
  });
});
