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

describe("the files of the site", () => {
  // One of two that import each other runs before the other: what it computes at once meets what is not there yet, and the
  // worker ends as it loads.
  it("import each other in no circle", { timeout: 120_000 }, async () => {
    const folder = join(await buildStudio({ log: () => {} }), "assets");
    const files = (await readdir(folder)).filter((name) => name.endsWith(".js"));
    const importsOf = new Map<string, readonly string[]>();
    for (const name of files) {
      const text = await readFile(join(folder, name), "utf8");
      importsOf.set(
        name,
        [...text.matchAll(IMPORT)].map(([, imported]) => imported as string),
      );
    }
    expect([...importsOf.values()].flat().length).toBeGreaterThan(files.length);
    expect(files.map((name) => circleFrom(name, importsOf)?.join(" > ")).filter(Boolean)).toEqual([]);
  });
});
