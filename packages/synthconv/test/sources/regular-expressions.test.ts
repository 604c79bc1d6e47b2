import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { literalsOf } from "../../../../scripts/expressions/literals.mjs";

const safe: readonly string[] = JSON.parse(
  readFileSync(new URL("../../../../scripts/expressions/safe.json", import.meta.url), "utf8"),
);

describe("regular expressions", () => {
  it("are literals that take linear time: node scripts/expressions/check.mjs examines a new one", () => {
    const used = [...literalsOf()].map(({ pattern, flags }) => `/${pattern}/${flags}`);
    expect(used.filter((text) => !safe.includes(text))).toEqual([]);
    expect(safe.filter((text) => !used.includes(text))).toEqual([]);
    expect(used.length).toBeGreaterThan(20);
  });
});
