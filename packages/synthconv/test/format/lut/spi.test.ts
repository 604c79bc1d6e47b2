/** .spi1d and .spi3d, against what OpenColorIO makes of the same files. */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { tables } from "../../../../../test-support/luts.js";
import { largestDifference } from "../../../../../test-support/numbers.js";
import { identityCube, type Lut1D, UNIT_DOMAIN } from "../../../src/colour/index.js";
import { FormatError, RandomStream, ValueError } from "../../../src/core/index.js";
import { readLut, writableLutFormats } from "../../../src/format/index.js";
import { applyLut } from "../../../src/kernels/index.js";

interface Case {
  readonly name: string;
  readonly text: string;
  readonly colours: readonly number[];
  readonly expected: readonly number[];
}

const cases: readonly Case[] = JSON.parse(
  readFileSync(new URL("fixtures/opencolorio.json", import.meta.url), "utf8"),
);
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("OpenColorIO's tables", () => {
  it.each(cases.map((one) => [one.name, one] as const))(
    "give its colours, also beyond their domain: %s",
    (name, { text, colours, expected }) => {
      const { format, lut } = readLut(encode(text), "x");
      expect(name).toMatch(new RegExp(`\\.${format.name}$`));
      expect(largestDifference(applyLut(lut, Float64Array.from(colours)), expected)).toBeLessThan(1e-6);
    },
  );
});

const curves = "Version 1\nFrom 0 1\nLength 2\nComponents 1\n{\n0\n1\n}\n";
const lattice = `SPILUT 1.0\n3 3\n2 2 2\n${[0, 1, 2, 3, 4, 5, 6, 7]
  .map((node) => `${node >> 2} ${(node >> 1) & 1} ${node & 1} 0 0.5 1\n`)
  .join("")}`;

describe("a .spi1d", () => {
  it("may leave From out, and the brace at the end", () => {
    const { shaper } = tables(
      readLut(encode(curves.replace("From 0 1\n", "").replace("}\n", "")), "x.spi1d").lut,
    );
    expect(shaper).toEqual({
      kind: "lut1d",
      size: 2,
      table: Float32Array.of(0, 0, 0, 1, 1, 1),
      ...UNIT_DOMAIN,
    });
  });

  it.each([
    [
      "another version",
      ["Version 1", "Version 2"],
      'line 1: expected Version to be a whole number from 1 to 1, received "2"',
    ],
    [
      "half a range",
      ["From 0 1", "From 0"],
      'line 2: expected From and two numbers, the least input and the largest, received "0"',
    ],
    [
      "a range that falls",
      ["From 0 1", "From 1 0"],
      'line 2: expected From and two numbers, the least input and the largest, received "1 0"',
    ],
    [
      "one row",
      ["Length 2", "Length 1"],
      'line 3: expected Length to be a whole number from 2 to 65536, received "1"',
    ],
    ["four components", ["Components 1", "Components 4"], 'line 4: expected 1 to 3 components, received "4"'],
    [
      "an unknown keyword",
      ["From 0 1", "Form 0 1"],
      'line 2: expected Version, From, Length, Components or {, received "Form"',
    ],
    [
      "a keyword twice",
      ["From 0 1", "Version 1"],
      'line 2: expected each keyword once, received "Version" again',
    ],
    [
      "no length",
      ["Length 2\n", ""],
      "x.spi1d: expected a header with Length, received Version, From, Components",
    ],
    [
      "no table",
      ["{\n0\n1\n}\n", ""],
      "x.spi1d: expected a header that ends in {, received none. The file is truncated.",
    ],
    [
      "a row too few",
      ["0\n1\n", "0\n"],
      "x.spi1d, line 7: expected 2 rows, as Length says, received 1. The file is truncated.",
    ],
    ["a row too many", ["0\n1\n", "0\n1\n2\n"], 'line 8: expected } after the last row, received "2"'],
    [
      "rows of three numbers",
      ["0\n1\n", "0 0 0\n1 1 1\n"],
      'line 6: expected a row of 1 numbers, received "0 0 0"',
    ],
    ["a decimal comma", ["0\n1\n", "0,5\n1\n"], 'line 6: expected a decimal number, received "0,5". A comma'],
    ["NaN", ["0\n1\n", "nan\n1\n"], 'line 6: expected a decimal number, received "nan"'],
  ] as const)("is refused with %s", (_, [from, to], message) => {
    const damaged = curves.replace(from, to);
    expect(damaged).not.toBe(curves);
    expect(() => readLut(encode(damaged), "x.spi1d")).toThrow(FormatError);
    expect(() => readLut(encode(damaged), "x.spi1d")).toThrow(message);
  });
});

describe("a .spi3d", () => {
  it.each([
    [
      "another first line",
      ["SPILUT 1.0", "SPILOT 1.0"],
      'line 1: expected SPILUT 1.0, received "SPILOT 1.0"',
    ],
    ["four channels", ["3 3", "3 4"], 'line 2: expected 3 3, for 3 channels in and out, received "3 4"'],
    ["unequal sizes", ["2 2 2", "2 2 3"], 'line 3: expected one size, three times, received "2 2 3"'],
    [
      "a size of 1",
      ["2 2 2", "1 1 1"],
      'line 3: expected the size to be a whole number from 2 to 256, received "1"',
    ],
    [
      "a size that the file cannot fill",
      ["2 2 2", "256 256 256"],
      "x.spi3d: expected 16777216 rows for a size of 256, received fewer. The file is truncated.",
    ],
    [
      "a row too few",
      ["0 0 1 0 0.5 1\n", ""],
      "x.spi3d: expected 8 rows for a size of 2, received 7. The file is truncated.",
    ],
    [
      "a node twice",
      ["0 0 1 0 0.5 1", "0 0 0 0 0.5 1"],
      "line 5: expected each node once, received 0 0 0 again",
    ],
    [
      "a node outside",
      ["1 1 1 ", "1 1 2 "],
      `line 11: expected a node's place to be a whole number from 0 to 1, received "2"`,
    ],
    [
      "a row of three numbers",
      ["0 0 1 0 0.5 1", "0 0.5 1"],
      `line 5: expected a node's place and colour, six numbers, received "0 0.5 1"`,
    ],
    ["infinity", ["0 0 1 0 0.5 1", "0 0 1 0 0.5 inf"], 'line 5: expected a decimal number, received "inf"'],
    [
      "nothing behind the first line",
      [lattice.slice(10), ""],
      "x.spi3d: expected a header of three lines, received fewer. The file is truncated.",
    ],
  ] as const)("is refused with %s", (_, [from, to], message) => {
    const damaged = lattice.replace(from, to);
    expect(damaged).not.toBe(lattice);
    expect(() => readLut(encode(damaged), "x.spi3d")).toThrow(FormatError);
    expect(() => readLut(encode(damaged), "x.spi3d")).toThrow(message);
  });

  it("is not written from curves, or over another domain", () => {
    const write = writableLutFormats().find(({ name }) => name === "spi3d")?.write;
    const cube = identityCube(3);
    const shaper: Lut1D = {
      kind: "lut1d",
      size: 2,
      table: Float32Array.of(0, 0, 0, 1, 1, 1),
      ...UNIT_DOMAIN,
    };
    for (const lut of [
      { stages: [shaper] },
      { stages: [shaper, cube] },
      { stages: [{ ...cube, domainMax: [2, 2, 2] as const }] },
      { stages: [] },
    ]) {
      expect(() => write?.encode(lut, {})).toThrow(ValueError);
      expect(() => write?.encode(lut, {})).toThrow(
        "a .spi3d: expected a lattice of at most 256 nodes per axis over 0 to 1, without curves, received another table. Write it as .cube.",
      );
    }
  });
});

describe("damaged files of both", () => {
  it("are refused with a FormatError on one line, or read as finite numbers: never anything else", () => {
    const likely = encode("0123456789.,eE+-#{} \t\r\nVnF");
    for (const [index, text] of [curves, lattice].entries()) {
      const stream = new RandomStream({ seed: 12, purpose: "corruption", step: index });
      for (let round = 0; round < 1000; round++) {
        const damaged = encode(text);
        const byte = stream.integer(2) === 0 ? stream.integer(256) : likely[stream.integer(likely.length)];
        damaged[stream.integer(damaged.length)] = byte ?? 0;
        const length = stream.integer(4) === 0 ? stream.integer(damaged.length + 1) : damaged.length;
        try {
          const { shaper, cube } = tables(readLut(damaged.subarray(0, length), "x.cube").lut);
          const table = shaper?.table ?? cube?.table ?? Float32Array.of(Number.NaN);
          expect(table.every(Number.isFinite)).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError);
          expect((error as Error).message).not.toContain("\n");
        }
      }
    }
  });
});
