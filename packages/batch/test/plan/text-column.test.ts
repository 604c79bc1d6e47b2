import { array, assert, property, string } from "fast-check";
import { describe, expect, it } from "vitest";
import { TextColumn } from "../../src/plan/text-column.js";

describe("a column of texts", () => {
  it("gives back what it was given, whatever text that is", () => {
    assert(
      property(array(string({ unit: "grapheme", maxLength: 30 })), (texts) => {
        const column = new TextColumn();
        for (const text of texts) column.push(text);
        expect(texts.map((_, index) => column.at(index))).toEqual(texts);
        expect([column.length, column.at(texts.length), column.at(-1)]).toEqual([texts.length, "", ""]);
      }),
    );
  });

  it("does so across its chunks, and refuses a text that is larger than one", () => {
    const column = new TextColumn();
    const texts = Array.from({ length: 5 }, (_, index) => String(index).repeat(400_000));
    for (const text of texts) column.push(text);
    expect(texts.every((text, index) => column.at(index) === text)).toBe(true);
    expect(() => column.push("x".repeat(2 ** 20))).toThrow("expected a text of less than 1048576 bytes");
  });
});
