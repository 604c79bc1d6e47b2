import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { displayPath, visibleText } from "../../src/node/index.js";

describe("what a terminal is shown of a stranger's text", () => {
  it.each([
    ["holiday\u202Egpj.exe", "holiday\\u{202e}gpj.exe"],
    ["\u2066a\u2069", "\\u{2066}a\\u{2069}"],
    ["zero\u200Bwidth\uFEFF", "zero\\u{200b}width\\u{feff}"],
    ["tag\u{E0041}", "tag\\u{e0041}"],
    ["\x1B[2J\nrm", "\\u{1b}[2J\\u{a}rm"],
    ["Grüße, 日本, \u{1F600}", "Grüße, 日本, \u{1F600}"],
  ])("has every invisible character escaped: %j", (text, shown) => {
    expect(visibleText(text)).toBe(shown);
    expect(displayPath(text)).toBe(shown);
    expect(displayPath(Buffer.from(text))).toBe(shown);
  });

  it("has no control, no bidirectional control and no line break in it, whatever the bytes are", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.uint8Array()), (name) => {
        const shown = displayPath(typeof name === "string" ? name : Buffer.from(name));
        expect(shown).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }),
    );
  });

  it("has the bytes that are no UTF-8 as they are", () => {
    expect(displayPath(Buffer.from("caf\xe9.jpg", "latin1"))).toBe("caf\\xe9.jpg");
    expect(displayPath(Buffer.from([0x61, 0xe2, 0x82]))).toBe("a\\xe2\\x82");
    expect(displayPath(Buffer.from([0xf8, 0xed, 0xa0, 0x80]))).toBe("\\xf8\\xed\\xa0\\x80");
  });
});
