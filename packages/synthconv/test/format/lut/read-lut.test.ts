/** The table of formats, whatever rows it has: every row must keep what is said here. */

import { describe, expect, it } from "vitest";
import { tables } from "../../../../../test-support/luts.js";
import { largestDifference } from "../../../../../test-support/numbers.js";
import { identityCube, type Lut } from "../../../src/colour/index.js";
import { FormatError } from "../../../src/core/index.js";
import { LUT_FORMATS, latticeFormats, lutFormatOfName, readLut } from "../../../src/format/index.js";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const hald = LUT_FORMATS.find(({ name }) => name === "hald");
const titles = LUT_FORMATS.flatMap(({ source, title }) => (source === "bytes" ? [title] : [])).join(", ");

/** A lattice like that of a look: smooth, not the identity, different along every axis. */
function smoothLut(size: number): Lut {
  const cube = identityCube(size);
  const table = cube.table.map((value, entry) => value ** (1.2 + 0.3 * (entry % 3)));
  return { stages: [{ ...cube, table }] };
}

describe("the table of LUT formats", () => {
  it("names every format, title and extension once, in lower case and without a dot", () => {
    expect(new Set(LUT_FORMATS.map(({ name }) => name)).size).toBe(LUT_FORMATS.length);
    expect(new Set(LUT_FORMATS.map(({ title }) => title)).size).toBe(LUT_FORMATS.length);
    for (const { name, extensions } of LUT_FORMATS) {
      expect(name).toMatch(/^[a-z0-9]+$/);
      expect(extensions.length).toBeGreaterThan(0);
      for (const extension of extensions) expect(extension).toMatch(/^[a-z0-9]+$/);
    }
  });

  it("finds a format by the extension of a name, in either case", () => {
    for (const format of LUT_FORMATS) {
      for (const extension of format.extensions) {
        const first = LUT_FORMATS.find(({ extensions }) => extensions.includes(extension));
        expect(lutFormatOfName(`a.b/look.${extension}`, LUT_FORMATS)).toBe(first);
        expect(lutFormatOfName(`LOOK.${extension.toUpperCase()}`, LUT_FORMATS)).toBe(first);
      }
    }
    for (const name of ["look", "cube", ".", "a.cube/look", "look.cube.bak"]) {
      expect(lutFormatOfName(name, LUT_FORMATS)).toBeUndefined();
    }
  });

  it.each(latticeFormats().map((format) => [format.title, format] as const))(
    "reads back what it writes, known by its content under any name: %s",
    (_, format) => {
      const { usualSize, holds } = format.write.lattice;
      expect(holds(usualSize)).toBe(true);
      for (const size of [257, 2.5, 1, 0, -4, Number.NaN]) expect(holds(size), `${size}`).toBe(false);
      const sizes = [2, 3, 4, 9, 16, 33].filter(holds);
      expect(sizes.length).toBeGreaterThan(1);
      for (const size of sizes) {
        const lut = smoothLut(size);
        const file = format.write.encode(lut, { comments: ["a note"] });
        for (const name of [`x.${format.extensions[0]}`, "x", "x.txt"]) {
          const read = readLut(file, name);
          expect(read.format).toBe(format);
          expect(tables(read.lut).cube?.size).toBe(size);
          const error = largestDifference(tables(read.lut).cube?.table ?? [], tables(lut).cube?.table ?? [1]);
          // A Hald image is rounded by who writes its pixels.
          const { levels } = format.write;
          expect(error).toBeLessThanOrEqual(levels === undefined || format === hald ? 0 : 0.501 / levels);
        }
      }
    },
  );
});

describe("readLut", () => {
  it("asks the format of the name what is wrong with a file that no format recognizes", () => {
    expect(() => readLut(encode("LUT_9D_SIZE 2\n"), "x.cube")).toThrow(
      'x.cube, line 1: expected a keyword of .cube files, received "LUT_9D_SIZE"',
    );
    expect(() => readLut(encode(""), "x.cube")).toThrow(
      "x.cube: expected LUT_1D_SIZE or LUT_3D_SIZE, received an empty file",
    );
  });

  it.each([
    ["a PNG image", Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)],
    ["a JPEG image", Uint8Array.of(0xff, 0xd8, 0xff, 0xe0)],
    ["a TIFF image", Uint8Array.of(0x49, 0x49, 0x2a, 0)],
    ["a ZIP archive", Uint8Array.of(0x50, 0x4b, 3, 4)],
    ["text in UTF-16", Uint8Array.of(0xff, 0xfe, 0x4c, 0)],
    ["an ICC profile", Uint8Array.from({ length: 40 }, (_, index) => "acsp".charCodeAt(index - 36) || 0)],
    ["a binary file", Uint8Array.of(0x4c, 0, 1, 2)],
    ["an IRIDAS .look file", encode('<?xml version="1.0" ?>\n<look>\n')],
    ["an XML file", encode("<?xml version='1.0'?><svg/>")],
    ["a Truelight cube (.cub)", encode("# Truelight Cube v2.0\n# iDims 3\n")],
    ["a Nuke vector field (.vf)", encode("#Inventor V2.1 ascii\n")],
  ])("refuses other files by what they are, whatever their name: %s", (received, bytes) => {
    for (const name of ["x", "x.txt", "x.cube"]) {
      expect(() => readLut(bytes, name)).toThrow(FormatError);
      expect(() => readLut(bytes, name)).toThrow(
        `${name}: expected a LUT (${titles}), received ${received}. Convert it to .cube first.`,
      );
    }
  });

  it("refuses what nothing tells about", () => {
    const refusal = (received: string) => `expected a LUT (${titles}), received ${received}. Convert`;
    expect(() => readLut(encode(""), "x")).toThrow(refusal("an empty file"));
    expect(() => readLut(encode("Dear reader,\n"), "x.txt")).toThrow(refusal("something else"));
  });
});
