import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FormatError } from "../../../src/core/index.js";
import { decodeEvent } from "../../../src/format/events/event.js";

const bytes = (hex: string): Uint8Array => Buffer.from(hex.replaceAll(" ", ""), "hex");

describe("decodeEvent", () => {
  it("passes over fields and kinds of values that it does not know", () => {
    // graph_def (field 4), a value with an image (field 4), an unknown varint field 15.
    expect(decodeEvent(bytes("10 05  22 02 ffff  2a 07 0a 05 0a 01 69 22 00  78 07"), "x")).toEqual({
      wallTime: 0,
      step: 5,
      values: [],
    });
  });

  it.each([
    ["a string that ends behind the record", "1a 7f 62"],
    ["a double that ends behind the record", "09 0000"],
    ["a number without an end", "10 ffffff"],
    ["a value that ends behind its summary", "2a 04 0a 05 0a 01 61"],
    ["a wall time that is a string", "0a 01 61"],
    ["limits without buckets", "2a 0f 0a 0d 2a 0b 32 08 0000000000000000 00"],
    ["a wire type that does not exist", "0f"],
  ])("refuses %s", (_what, hex) => {
    expect(() => decodeEvent(bytes(hex), "x, record 3")).toThrow(
      "x, record 3: expected an event, received other bytes",
    );
  });

  it("reads any bytes, or refuses them with a typed error", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (any) => {
        try {
          decodeEvent(any, "x");
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
