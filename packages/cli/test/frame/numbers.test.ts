import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDuration, parseNumber } from "../../src/frame/numbers.js";

describe("parseNumber", () => {
  it("reads back every finite number that JavaScript prints", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(parseNumber("--x", String(value))).toBe(Number(String(value)));
      }),
    );
  });

  it.each([
    "",
    " ",
    "1 ",
    "0,5",
    "1_000",
    "0x10",
    "NaN",
    "Infinity",
    "-Infinity",
    "1e999",
    "e5",
    ".",
    "1.2.3",
  ])("refuses %j", (text) => {
    expect(() => parseNumber("--x", text)).toThrow(
      `--x: expected a number, received ${JSON.stringify(text)}`,
    );
  });

  it("reads whole numbers in every notation and refuses fractions for them", () => {
    expect(parseNumber("--steps", "1e3", { whole: true })).toBe(1000);
    expect(parseNumber("--steps", "4000", { whole: true })).toBe(4000);
    expect(() => parseNumber("--steps", "1.5", { whole: true, minimum: 1 })).toThrow(
      '--steps: expected a whole number from 1, received "1.5"',
    );
  });

  it("says the range that a number has to lie in", () => {
    expect(parseNumber("--strength", "1", { minimum: 0, maximum: 1 })).toBe(1);
    expect(() => parseNumber("--strength", "1.01", { minimum: 0, maximum: 1 })).toThrow(
      '--strength: expected a number from 0 to 1, received "1.01"',
    );
    expect(() => parseNumber("--lr", "0", { minimum: 0, above: true })).toThrow(
      '--lr: expected a number above 0, received "0"',
    );
  });

  it("tells the writer of a decimal comma what to write", () => {
    expect(() => parseNumber("--strength", "0,5")).toThrow("Write 0.5, with a point");
  });
});

describe("parseDuration", () => {
  it.each([
    ["90", 90],
    ["90s", 90],
    ["1.5min", 90],
    ["2h", 7200],
    ["500ms", 0.5],
  ])("reads %j as %d seconds", (text, seconds) => {
    expect(parseDuration("--time-limit", text)).toBe(seconds);
  });

  it.each(["0", "-5s", "5 min", "5m", "1h30", "", "s"])("refuses %j", (text) => {
    expect(() => parseDuration("--time-limit", text)).toThrow("--time-limit: expected a time such as 90");
  });
});
