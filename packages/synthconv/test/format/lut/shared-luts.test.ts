/** Real files: what grading programs wrote, and what OpenColorIO and colour-science test their readers with. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { decodeImage } from "../../../../../test-support/ffmpeg.js";
import { tables } from "../../../../../test-support/luts.js";
import { needTool, sharedData } from "../../../../../test-support/needs.js";
import { largestDifference } from "../../../../../test-support/numbers.js";
import { compareColours, identityCube, type Lut, srgbToLinear } from "../../../src/colour/index.js";
import { FormatError } from "../../../src/core/index.js";
import { haldToLut, readCube, readLut } from "../../../src/format/index.js";
import { applyLut } from "../../../src/kernels/index.js";

function filesIn(folder: string): string[] {
  return ["colour-science", "ocio-testfiles", "nilut"].flatMap((part) =>
    readdirSync(join(folder, part)).map((file) => join(part, file)),
  );
}

describe("the shared .cube files", () => {
  const read = (folder: string, file: string): Lut => readCube(readFileSync(join(folder, file)), file);

  it("are all read", (context) => {
    const folder = sharedData(context, "luts");
    const sizes = filesIn(folder)
      .filter((file) => file.endsWith(".cube"))
      .map((file) => {
        const { shaper, cube } = tables(read(folder, file));
        return [file, shaper?.size ?? 0, cube?.size ?? 0];
      });
    expect(sizes).toEqual([
      ["colour-science/iridas_cube__ACES_Proxy_10_to_ACES.cube", 32, 0],
      ["colour-science/iridas_cube__Colour_Correct.cube", 0, 4],
      ["colour-science/iridas_cube__Demo.cube", 3, 0],
      ["colour-science/iridas_cube__RGB_1_0.5_0.25.cube", 0, 4],
      ["colour-science/iridas_cube__Three_Dimensional_Table.cube", 0, 2],
      ["colour-science/iridas_cube__Unit.cube", 0, 4],
      ["colour-science/iridas_cube__eotf_sRGB_3D.cube", 0, 8],
      ["colour-science/resolve_cube__ACES_Proxy_10_to_ACES.cube", 32, 0],
      ["colour-science/resolve_cube__Colour_Correct.cube", 0, 4],
      ["colour-science/resolve_cube__Demo.cube", 3, 0],
      ["colour-science/resolve_cube__LogC_Video.cube", 16, 4],
      ["colour-science/resolve_cube__RGB_1_0.5_0.25.cube", 0, 4],
      ["colour-science/resolve_cube__Three_Dimensional_Table.cube", 0, 2],
      ["colour-science/resolve_cube__Three_Dimensional_Table_With_Shaper.cube", 10, 3],
      ["colour-science/resolve_cube__Unit.cube", 0, 4],
      ["colour-science/resolve_cube__eotf_sRGB_3D.cube", 0, 8],
      ["ocio-testfiles/iridas_1d.cube", 5, 0],
      ["ocio-testfiles/iridas_3d.cube", 0, 2],
      ["ocio-testfiles/resolve_1d3d.cube", 6, 3],
      ["nilut/LUT01.cube", 0, 33],
    ]);
  });

  it("have the domains that make their tables true", (context) => {
    const folder = sharedData(context, "luts");
    // Both dialects hold the sRGB curve over 8 points of a domain that reaches below 0.
    for (const dialect of ["iridas", "resolve"]) {
      const lut = read(folder, `colour-science/${dialect}_cube__eotf_sRGB_3D.cube`);
      const { domainMin, domainMax } = tables(lut).cube ?? { domainMin: [0, 0, 0], domainMax: [0, 0, 0] };
      for (let step = 0; step < 8; step++) {
        const colour = [0, 1, 2].map((channel) => {
          const [min, max] = [domainMin[channel] ?? 0, domainMax[channel] ?? 0];
          return min + ((max - min) * step) / 7;
        });
        const mapped = applyLut(lut, Float64Array.from(colour));
        // The files continue the straight line below 0.
        const expected = colour.map((value) => (value < 0 ? value / 12.92 : srgbToLinear(value)));
        expected.forEach((value, channel) => {
          expect(mapped[channel]).toBeCloseTo(value, 6);
        });
      }
    }
  });

  it("make the picture that was published with one of them", (context) => {
    const folder = sharedData(context, "luts");
    needTool(context, "ffmpeg");
    const decode = (file: string): Float32Array =>
      Float32Array.from(decodeImage(join(folder, "nilut", file)), (value) => value / 65535);
    const mapped = applyLut(read(folder, "nilut/LUT01.cube"), decode("Original_Image.png"));
    const { psnr, deltaE2000 } = compareColours(mapped, decode("LUT01_ContrastLUT.png"));
    expect(psnr).toBeGreaterThan(54);
    expect(deltaE2000.mean).toBeLessThan(0.17);
  });
});

describe("the shared .spi1d and .spi3d files", () => {
  const read = (folder: string, file: string): Lut =>
    readLut(readFileSync(join(folder, "colour-science", file)), file).lut;

  it("hold the sRGB curve, over a domain that reaches below 0 and above 1", (context) => {
    const folder = sharedData(context, "luts");
    for (const file of ["sony_spi1d__eotf_sRGB_1D.spi1d", "sony_spi1d__eotf_sRGB_3x1D.spi1d"]) {
      const { shaper } = tables(read(folder, file));
      expect(shaper?.size).toBe(16);
      for (let step = 0; step < 16; step++) {
        const encoded = -0.1 + (1.6 * step) / 15;
        const light = encoded < 0 ? encoded / 12.92 : srgbToLinear(encoded);
        for (const channel of [0, 1, 2]) expect(shaper?.table[3 * step + channel]).toBeCloseTo(light, 6);
      }
    }
  });

  it("are the same table whatever the order of their rows, and as a .cube", (context) => {
    const folder = sharedData(context, "luts");
    const { cube } = tables(read(folder, "sony_spi3d__Colour_Correct.spi3d"));
    expect(tables(read(folder, "sony_spi3d__Colour_Correct_Unordered.spi3d")).cube).toEqual(cube);
    const asCube = tables(read(folder, "iridas_cube__Colour_Correct.cube")).cube;
    expect(largestDifference(cube?.table ?? [], asCube?.table ?? [1])).toBeLessThan(1e-6);
  });

  it("are refused where they are illegal", (context) => {
    const folder = sharedData(context, "luts");
    expect(() => read(folder, "sony_spi1d__Exception_Raising.spi1d")).toThrow(
      "sony_spi1d__Exception_Raising.spi1d, line 2: expected From and two numbers",
    );
  });
});

describe("the shared files of all formats", () => {
  const fixture = JSON.parse(readFileSync(new URL("fixtures/shared-luts.json", import.meta.url), "utf8")) as {
    readonly colours: number[];
    readonly expected: Record<string, number[] | null>;
  };
  /** Legal files of Resolve, which OpenColorIO 2.6 does not read. */
  const RESOLVE = /resolve_cube__(Demo|LogC_Video|Three_Dimensional_Table_With_Shaper|eotf_sRGB_3D)\.cube$/;

  it("give OpenColorIO's values to 1e-5, and are refused with a line where it refuses them", (context) => {
    const folder = sharedData(context, "luts");
    expect(Object.keys(fixture.expected).sort()).toEqual(
      filesIn(folder)
        .filter((file) => !file.endsWith(".png"))
        .sort(),
    );
    const faults: string[] = [];
    for (const [file, expected] of Object.entries(fixture.expected)) {
      const read = (): Lut => readLut(readFileSync(join(folder, file)), file).lut;
      if (expected === null && !RESOLVE.test(file)) {
        expect(read).toThrow(FormatError);
        expect(read).toThrow(`${file}, line `);
        continue;
      }
      const values = applyLut(read(), Float64Array.from(fixture.colours));
      for (const [at, value] of (expected ?? []).entries()) {
        // Between entries as large as float32 can say, OpenColorIO overflows.
        if (Math.abs(value) > 1e37) continue;
        const error = Math.abs((values[at] as number) - value) / Math.max(1, Math.abs(value));
        if (!(error <= 1e-5)) faults.push(`${file}: ${values[at]} for ${value}`);
      }
    }
    expect(faults).toEqual([]);
  });
});

describe("the shared Hald images", () => {
  it("are read as looks: white and black stay near their ends, and the look differs from the identity", (context) => {
    const folder = sharedData(context, "luts");
    needTool(context, "ffmpeg");
    for (const file of ["colorslide__generic_kodachrome_64.png", "various__extreme.png"]) {
      const pixels = decodeImage(join(folder, "natron-clut", file));
      const { cube } = tables(haldToLut({ pixels, width: 512, height: 512 }, file));
      const table = cube?.table ?? new Float32Array(0);
      const { psnr } = compareColours(table, identityCube(64).table);
      expect(psnr).toBeGreaterThan(10);
      expect(psnr).toBeLessThan(30);
      expect(Math.max(...table.subarray(0, 3))).toBeLessThan(0.25);
      expect(Math.min(...table.subarray(-3))).toBeGreaterThan(0.75);
    }
  });

  it("are distinguished from pictures of the same pixel count in another order", (context) => {
    const folder = sharedData(context, "luts");
    needTool(context, "ffmpeg");
    for (const file of ["Original_Image.png", "LUT01_ContrastLUT.png"]) {
      const pixels = decodeImage(join(folder, "nilut", file));
      expect(() => haldToLut({ pixels, width: 1024, height: 2048 }, file)).toThrow(FormatError);
    }
  });
});
