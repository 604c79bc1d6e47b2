import { describe, expect, it } from "vitest";
import { columns } from "../../src/report/columns.js";
import { differenceDocument, differenceLines } from "../../src/report/difference.js";
import { counted, formatBytes } from "../../src/report/quantities.js";

describe("columns", () => {
  it("line up, to the left or to the right, without spaces at the ends of lines", () => {
    const rows = [
      ["name", "", "value"],
      ["a", "x", "1"],
      ["longer", "", "12.5"],
    ];
    expect(columns(rows, ["left", "left", "right"])).toEqual([
      "name       value",
      "a       x      1",
      "longer      12.5",
    ]);
    expect(columns([["a", ""], ["b"]])).toEqual(["a", "b"]);
  });

  it("count the cells that a terminal draws, not the characters", () => {
    expect(
      columns([
        ["写真", "1"],
        ["abcd", "2"],
      ]),
    ).toEqual(["写真  1", "abcd  2"]);
  });
});

describe("quantities", () => {
  it("are written with their unit", () => {
    expect([0, 999, 1000, 4230, 13_400_000].map(formatBytes)).toEqual([
      "0 bytes",
      "999 bytes",
      "1.0 KB",
      "4.2 KB",
      "13 MB",
    ]);
    expect([counted(1, "photo"), counted(1200, "entry", "entries")]).toEqual(["1 photo", "1,200 entries"]);
  });
});

describe("a difference", () => {
  it("of identical colours has no PSNR", () => {
    const none = { mean: 0, p95: 0, max: 0 };
    const document = differenceDocument({ psnr: Number.POSITIVE_INFINITY, deltaE76: none, deltaE2000: none });
    expect(document.psnr).toBeNull();
    expect(differenceLines(document)[0]).toBe("PSNR infinite (no difference)");
  });
});
