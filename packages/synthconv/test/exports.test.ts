import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import * as everything from "../src/index.js";
import * as look from "../src/look.js";
import * as node from "../src/node.js";
import * as tfjs from "../src/tfjs/index.js";

const documentation = readFileSync(join(import.meta.dirname, "../../../docs/api.md"), "utf8");

/** The names in backquotes in the list items below a heading. */
function documented(entryPoint: string): string[] {
  const section = documentation.split(/^## /m).find((text) => text.startsWith(`${entryPoint}\n`)) ?? "";
  const items = section.split("\n").filter((line) => line.startsWith("- "));
  // What stands in brackets explains; `Tensor` behind a semicolon does, too.
  const lists = items.map((line) => line.replace(/\([^)]*\)/g, "").replace(/;.*$/, ""));
  return lists.flatMap((line) => [...line.matchAll(/`(\w+)`/g)].map(([, name]) => name as string)).sort();
}

describe("docs/api.md lists every export", () => {
  it("of synthconv/look", () => {
    expect(Object.keys(look).sort()).toEqual(documented("synthconv/look"));
  });

  it("of synthconv, which has all of synthconv/look", () => {
    const own = [...documented("synthconv"), ...documented("synthconv/look")].sort();
    expect(Object.keys(everything).sort()).toEqual(own);
  });

  it("of synthconv/node", () => {
    expect(Object.keys(node).sort()).toEqual(documented("synthconv/node"));
  });

  it("of synthconv/tfjs", () => {
    expect(Object.keys(tfjs).sort()).toEqual(documented("synthconv/tfjs"));
  });
});
