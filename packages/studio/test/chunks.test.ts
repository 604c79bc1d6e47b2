import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { buildStudio } from "../../../scripts/build-studio.mjs";

/** Of names: what is imported for nothing but to run first has no name that could be missing. */
const IMPORT = /from"\.\/([^"]+)"/g;

/** A way from a file back to itself; undefined where none of its imports leads there. */
function circleFrom(start: string, importsOf: ReadonlyMap<string, readonly string[]>): string[] | undefined {
  const ways: string[][] = [[start]];
  const met = new Set<string>();
  for (const way of ways) {
    for (const next of importsOf.get(way.at(-1) as string) ?? []) {
      if (next === start) return [...way, start];
      if (!met.has(next)) ways.push([...way, next]);
      met.add(next);
    }
  }
  return undefined;
}

async function assets(): Promise<[name: string, text: string][]> {
  const folder = join(await buildStudio({ log: () => {} }), "assets");
  const names = (await readdir(folder)).filter((name) => name.endsWith(".js"));
  return await Promise.all(
    names.map(async (name) => [name, await readFile(join(folder, name), "utf8")] as [string, string]),
  );
}

describe("the files of the site", { timeout: 120_000 }, () => {
  it("name no file of the machine that built them", async () => {
    const files = await assets();
    expect(files.length).toBeGreaterThan(20);
    expect(files.filter(([, text]) => /src\/features\/|jsxDEV/.test(text)).map(([name]) => name)).toEqual([]);
  });

  // One of two that import each other runs before the other: what it computes at once meets what is not there yet, and the
  // worker ends as it loads.
  it("import each other in no circle", async () => {
    const files = await assets();
    const importsOf = new Map(
      files.map(([name, text]) => [
        name,
        [...text.matchAll(IMPORT)].map(([, imported]) => imported as string),
      ]),
    );
    expect([...importsOf.values()].flat().length).toBeGreaterThan(files.length);
    expect(files.map(([name]) => circleFrom(name, importsOf)?.join(" > ")).filter(Boolean)).toEqual([]);
  });
});
