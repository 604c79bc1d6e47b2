import { describe, expect, it } from "vitest";
import { showsUnicode } from "../../src/node/terminal.js";
import { cellWidth, cutToWidth } from "../../src/node/text-width.js";

describe("showsUnicode", () => {
  it("asks the first locale variable that is set, as POSIX orders them", () => {
    expect(showsUnicode({ LANG: "de_DE.UTF-8" }, "linux")).toBe(true);
    expect(showsUnicode({ LC_ALL: "C", LANG: "de_DE.UTF-8" }, "linux")).toBe(false);
    expect(showsUnicode({ LC_ALL: "", LC_CTYPE: "C.utf8" }, "linux")).toBe(true);
    expect(showsUnicode({}, "linux")).toBe(false);
    expect(showsUnicode({ WT_SESSION: "1" }, "win32")).toBe(true);
    expect(showsUnicode({ LANG: "en_US.UTF-8" }, "win32")).toBe(false);
  });
});

describe("cellWidth", () => {
  it("counts wide letters twice and marks not at all", () => {
    expect(["photo", "é", "写真", "한글", "📷"].map(cellWidth)).toEqual([5, 1, 4, 4, 2]);
  });
});

describe("cutToWidth", () => {
  it("never cuts through a letter", () => {
    expect(cutToWidth("写真.jpg", 3)).toBe("写");
    expect(cutToWidth("写真.jpg", 5)).toBe("写真.");
    expect(cutToWidth("ab", 5)).toBe("ab");
  });
});
