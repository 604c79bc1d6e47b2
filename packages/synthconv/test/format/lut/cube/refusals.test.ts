import { describe, expect, it } from "vitest";
import { tables } from "../../../../../../test-support/luts.js";
import { identityCube } from "../../../../src/colour/index.js";
import { FormatError, RandomStream } from "../../../../src/core/index.js";
import { readCube, writeCube } from "../../../../src/format/index.js";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const rows2 = "0 0 0\n1 0 0\n0 1 0\n1 1 0\n0 0 1\n1 0 1\n0 1 1\n1 1 1\n";
const with2 = (row: string): string => `LUT_3D_SIZE 2\n${rows2}`.replace("0 1 0", row);

describe("readCube refuses, with the line and the reason,", () => {
  it.each([
    ["an empty file", "", "x.cube: expected LUT_1D_SIZE or LUT_3D_SIZE, received an empty file"],
    ["a file of comments", "# nothing\n", "x.cube: expected LUT_1D_SIZE or LUT_3D_SIZE, received neither"],
    [
      "rows without a size",
      rows2,
      "x.cube, line 1: expected LUT_1D_SIZE or LUT_3D_SIZE before the first row",
    ],
    [
      "a size of 1",
      "LUT_3D_SIZE 1\n0 0 0\n",
      'line 1: expected LUT_3D_SIZE to be a whole number from 2 to 256, received "1"',
    ],
    [
      "a size of 825 gigabytes",
      "LUT_3D_SIZE 4096\n0 0 0\n",
      'from 2 to 256, received "4096". Export it with at most 256.',
    ],
    [
      "curves that are too long",
      "LUT_1D_SIZE 65537\n0 0 0\n",
      "LUT_1D_SIZE to be a whole number from 2 to 65536",
    ],
    ["a fractional size", "LUT_3D_SIZE 2.0\n", 'received "2.0"'],
    ["a hexadecimal size", "LUT_3D_SIZE 0x10\n", 'received "0x10"'],
    ["a size without a number", "LUT_3D_SIZE\n", "line 1: expected LUT_3D_SIZE and one number, received 0"],
    [
      "a size twice",
      "LUT_3D_SIZE 2\nLUT_3D_SIZE 2\n",
      'line 2: expected each keyword once, received "LUT_3D_SIZE" again',
    ],
    [
      "an unknown keyword",
      "LUT_2D_SIZE 2\n",
      'line 1: expected a keyword of .cube files, received "LUT_2D_SIZE". Put # before the line if it is a note.',
    ],
    [
      "a keyword after the first row",
      `${with2("0 1 0")}DOMAIN_MIN 0 0 0\n`,
      'line 10: expected a row of three numbers, received "DOMAIN_MIN 0 0 0". Keywords stand before the first row.',
    ],
    ["a domain of two numbers", "DOMAIN_MIN 0 0\n", "line 1: expected DOMAIN_MIN and 3 numbers, received 2"],
    [
      "a flag with a value",
      "LUT_IN_VIDEO_RANGE 1\n",
      "expected LUT_IN_VIDEO_RANGE and 0 numbers, received 1",
    ],
    [
      "an empty domain",
      `DOMAIN_MIN 0 1 0\n${with2("0 1 0")}`,
      "x.cube: expected a domain whose minimum lies below its maximum in every channel, received 0 1 0 to 1 1 1",
    ],
    [
      "two domains that differ",
      `DOMAIN_MAX 2 2 2\nLUT_3D_INPUT_RANGE 0 1\n${with2("0 1 0")}`,
      "received 0 0 0 to 2 2 2 and 0 0 0 to 1 1 1",
    ],
    [
      "one domain for two tables",
      `DOMAIN_MAX 2 2 2\nLUT_1D_SIZE 2\nLUT_3D_SIZE 2\n0 0 0\n1 1 1\n${rows2}`,
      "They do not tell which of the two tables they belong to.",
    ],
    [
      "a missing row",
      with2("# gone"),
      "x.cube, line 9: expected 8 rows for LUT_3D_SIZE 2, received 7 in all. The file is truncated.",
    ],
    [
      "an extra row",
      with2("0 1 0\n0 1 0"),
      "x.cube, line 10: expected 8 rows for LUT_3D_SIZE 2, received 9 in all. The file has rows that its size does not ask for.",
    ],
    [
      "missing rows of two tables",
      `LUT_1D_SIZE 3\n${with2("0 1 0")}`,
      "expected 11 rows for LUT_1D_SIZE 3 and LUT_3D_SIZE 2, received 8 in all",
    ],
    ["a row of two numbers", with2("0 1"), 'x.cube, line 4: expected a row of three numbers, received "0 1"'],
    [
      "a row of four numbers",
      with2("0 1 0 1"),
      'line 4: expected a row of three numbers, received "0 1 0 1"',
    ],
    [
      "decimal commas",
      with2("0,0 1,0 0,5"),
      'line 4: expected a decimal number, received "0,0". A comma stands for the point or between the columns: the program that wrote the file ran under a locale with decimal commas.',
    ],
    [
      "commas between columns",
      with2("0,1,0"),
      'received "0,1,0". A comma stands for the point or between the columns',
    ],
    [
      "NaN",
      with2("0 nan 0"),
      'line 4: expected a decimal number, received "nan". The program that wrote the table divided by zero; write it again.',
    ],
    ["NaN at the start of a row", with2("NaN 0 0"), 'line 4: expected a decimal number, received "NaN"'],
    ["negative NaN", with2("-nan(ind) 0 0"), 'line 4: expected a decimal number, received "-nan(ind)"'],
    ["Infinity", with2("0 0 -Infinity"), 'line 4: expected a decimal number, received "-Infinity"'],
    [
      "a number beyond float32",
      with2("0 0 1e39"),
      'line 4: expected a number that 32-bit floating point can hold, received "1e39"',
    ],
    ["hexadecimal", with2("0 0x1 0"), 'line 4: expected a decimal number, received "0x1"'],
    ["digit groups", with2("0 1_0 0"), 'line 4: expected a decimal number, received "1_0"'],
    ["a point alone", with2("0 . 0"), 'line 4: expected a decimal number, received "."'],
    [
      "a line without end",
      `LUT_3D_SIZE 2\n${"0 ".repeat(4000)}`,
      "line 2: expected at most 4096 bytes, received 8000. This is no table in text.",
    ],
    [
      "prose",
      "Dear reader,\nthis is a letter.\n",
      'line 1: expected a keyword of .cube files, received "DEAR"',
    ],
  ])("%s", (_, text, message) => {
    expect(() => readCube(encode(text), "x.cube")).toThrow(FormatError);
    expect(() => readCube(encode(text), "x.cube")).toThrow(message);
  });

  it("a size that the file cannot fill, before any memory is taken for it", () => {
    const before = process.memoryUsage().arrayBuffers;
    expect(() => readCube(encode("LUT_3D_SIZE 256\n0 0 0\n"), "x.cube")).toThrow(
      "expected 16777216 rows for LUT_3D_SIZE 256, received 1 in all. The file is truncated.",
    );
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 20);
  });

  it("damaged files with a FormatError on one line, or reads finite numbers: never anything else", () => {
    const sound = writeCube({ title: "x", stages: [identityCube(3)] }, { comments: ["a note"] });
    const stream = new RandomStream({ seed: 11, purpose: "corruption" });
    const likely = encode('0123456789.,eE+-#" \t\r\nNnaAiIfF');
    for (let round = 0; round < 3000; round++) {
      let damaged = sound.slice();
      for (let flips = stream.integer(3); flips >= 0; flips--) {
        const byte =
          stream.integer(2) === 0 ? stream.integer(256) : (likely[stream.integer(likely.length)] ?? 0);
        damaged[stream.integer(damaged.length)] = byte;
      }
      if (stream.integer(4) === 0) damaged = damaged.slice(0, stream.integer(damaged.length + 1));
      try {
        const { cube } = tables(readCube(damaged, "x.cube"));
        expect(cube?.table.every(Number.isFinite)).toBe(true);
        expect(cube?.table.length).toBe(81);
      } catch (error) {
        expect(error).toBeInstanceOf(FormatError);
        expect((error as Error).message).not.toContain("\n");
      }
    }
  });
});
