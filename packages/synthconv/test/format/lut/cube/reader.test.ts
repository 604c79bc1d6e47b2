import { describe, expect, it } from "vitest";
import { tables } from "../../../../../../test-support/luts.js";
import { identityCube, isIdentityCube, type Lut } from "../../../../src/colour/index.js";
import { readCube } from "../../../../src/format/index.js";
import { applyLut } from "../../../../src/kernels/index.js";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (text: string): Lut => readCube(encode(text), "x.cube");

const rows2 = ["0 0 0", "1 0 0", "0 1 0", "1 1 0", "0 0 1", "1 0 1", "0 1 1", "1 1 1"];
const plain = `LUT_3D_SIZE 2\n${rows2.join("\n")}\n`;
const identity2 = { stages: [identityCube(2)] };

describe("readCube", () => {
  it("reads a lattice, red fastest", () => {
    expect(read(plain)).toEqual(identity2);
  });

  it.each([
    ["CR LF", plain.replaceAll("\n", "\r\n")],
    ["CR", plain.replaceAll("\n", "\r")],
    ["no end at the last line", plain.trimEnd()],
    ["a byte order mark", `\ufeff${plain}`],
    ["a byte order mark before a comment", `\ufeff# a note\n${plain}`],
    ["tabs and indents", plain.replaceAll(" ", "\t ").replaceAll("\n", " \t\n\t")],
    ["blank lines anywhere", plain.replaceAll("\n", "\n\n \t\n")],
    ["comments anywhere", plain.replaceAll("\n", "\n# a note, 1,5\n  # another\n")],
    ["comments behind values", plain.replaceAll("\n", " # a note\n")],
    ["a very long comment", `#${"x".repeat(10_000)}\n${plain}`],
    ["keywords in lower case", plain.toLowerCase()],
    [
      "exponents, signs and missing zeros",
      plain.replace("1 0 0", "+1.0e0 0. .0E-3").replace("1 1 1", "1. 10e-1 0.1E+1"),
    ],
    ["the default domain", `DOMAIN_MIN 0 0 0\nDOMAIN_MAX 1.0 1.0 1.0\n${plain}`],
    ["the default domain of Resolve", plain.replace("\n", "\nLUT_3D_INPUT_RANGE 0.0 1.0\n")],
    ["both domains where they agree", `DOMAIN_MAX 1 1 1\nLUT_3D_INPUT_RANGE 0 1\n${plain}`],
  ])("reads the same through %s", (_, text) => {
    expect(read(text)).toEqual(identity2);
  });

  it.each([
    ['TITLE "A look"', "A look"],
    ["TITLE A look", "A look"],
    ['BMD_TITLE "A look"', "A look"],
    ['TITLE "A look', "A look"],
    ['TITLE\t"A "real" look # 5"', 'A "real" look # 5'],
    ['title "Caf\u00e9"', "Caf\u00e9"],
    ['TITLE ""', undefined],
    ["TITLE", undefined],
    ['TITLE "first"\nTITLE "second"', "first"],
  ])("takes the title of %j as %j", (line, title) => {
    expect(read(`${line}\n${plain}`).title).toBe(title);
  });

  it("keeps values below 0 and above 1", () => {
    const { cube } = tables(read(plain.replace("1 1 1", "1.5 -0.25 9.15541e-05")));
    expect([...(cube?.table.subarray(-3) ?? [])]).toEqual([1.5, -0.25, Math.fround(9.15541e-5)]);
  });

  it("reads a domain for each channel, and either bound alone", () => {
    const both = tables(read(`DOMAIN_MIN -1 0 0.5\nDOMAIN_MAX 2 3 4\n${plain}`)).cube;
    expect(both).toMatchObject({ domainMin: [-1, 0, 0.5], domainMax: [2, 3, 4] });
    const one = tables(read(`DOMAIN_MAX 2 3 4\n${plain}`)).cube;
    expect(one).toMatchObject({ domainMin: [0, 0, 0], domainMax: [2, 3, 4] });
  });

  it("reads curves alone", () => {
    const lut = read("LUT_1D_SIZE 3\nLUT_1D_INPUT_RANGE -1 3\n0 0 0\n.1 .2 .3\n1 1 1\n");
    expect(lut).toEqual({
      stages: [
        {
          kind: "lut1d",
          size: 3,
          table: Float32Array.of(0, 0, 0, 0.1, 0.2, 0.3, 1, 1, 1),
          domainMin: [-1, -1, -1],
          domainMax: [3, 3, 3],
        },
      ],
    });
  });

  it("reads curves before a lattice, each with its range", () => {
    const head = "LUT_1D_SIZE 2\nLUT_1D_INPUT_RANGE 0 4\nLUT_3D_SIZE 2\nLUT_3D_INPUT_RANGE -1 2\n";
    const lut = tables(read(`${head}0 0 0\n.5 .5 .5\n\n${rows2.join("\n")}`));
    expect(lut.shaper).toMatchObject({ size: 2, domainMin: [0, 0, 0], domainMax: [4, 4, 4] });
    expect([...(lut.shaper?.table ?? [])]).toEqual([0, 0, 0, 0.5, 0.5, 0.5]);
    expect(lut.cube).toMatchObject({ size: 2, domainMin: [-1, -1, -1], domainMax: [2, 2, 2] });
    expect(lut.cube?.table).toEqual(identity2.stages[0]?.table);
  });

  it("takes LUT_1D_INPUT_RANGE as the lattice's own where there is no other table", () => {
    const { cube } = tables(read(`LUT_1D_INPUT_RANGE -1 3\n${plain}`));
    expect(cube).toMatchObject({ domainMin: [-1, -1, -1], domainMax: [3, 3, 3] });
  });

  describe("with video levels", () => {
    const black = 64 / 1023;
    const white = 940 / 1023;

    it("gives a table that takes full levels where the file takes video levels", () => {
      const lut = read(`LUT_IN_VIDEO_RANGE\n${plain}`);
      const [mapped] = applyLut(lut, Float64Array.of(0, 0, 0));
      expect(mapped).toBeCloseTo(black, 6);
      expect(applyLut(lut, Float64Array.of(1, 1, 1))[2]).toBeCloseTo(white, 6);
    });

    it("gives a table that returns full levels where the file returns video levels", () => {
      const levels = rows2.map((row) => row.replaceAll("0", `${black}`).replaceAll(/\b1\b/g, `${white}`));
      const lut = tables(read(`LUT_3D_SIZE 2\nLUT_OUT_VIDEO_RANGE\n${levels.join("\n")}`));
      expect(lut.cube).toBeDefined();
      if (lut.cube) expect(isIdentityCube(lut.cube)).toBe(true);
    });

    it("is still the identity where both ends are video levels", () => {
      const lut = read(`LUT_IN_VIDEO_RANGE\nLUT_OUT_VIDEO_RANGE\n${plain}`);
      const colours = Float32Array.of(0, 0.25, 1, 0.1, 0.9, 0.5);
      expect(applyLut(lut, colours)).toEqual(colours);
    });

    it("converts the first table's input and the last table's output alone", () => {
      const head = "LUT_1D_SIZE 2\nLUT_3D_SIZE 2\nLUT_IN_VIDEO_RANGE\nLUT_OUT_VIDEO_RANGE\n";
      const { shaper, cube } = tables(read(`${head}0 0 0\n1 1 1\n${rows2.join("\n")}`));
      expect(shaper?.domainMin[0]).toBeCloseTo(-64 / 876, 9);
      expect([...(shaper?.table ?? [])]).toEqual([0, 0, 0, 1, 1, 1]);
      expect(cube?.domainMin).toEqual([0, 0, 0]);
      expect(cube?.table[0]).toBeCloseTo(-64 / 876, 6);
    });
  });
});
