import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { planesGreenBlueRed, runFfmpeg } from "../../../../../test-support/ffmpeg.js";
import { tables } from "../../../../../test-support/luts.js";
import { needTool } from "../../../../../test-support/needs.js";
import { largestDifference, uniformNumbers } from "../../../../../test-support/numbers.js";
import { identityCube, type Lut1D, UNIT_DOMAIN } from "../../../src/colour/index.js";
import { FormatError, ShapeError, ValueError } from "../../../src/core/index.js";
import { haldToLut, lutToHald, readLut } from "../../../src/format/index.js";
import { applyLut } from "../../../src/kernels/index.js";

describe("haldToLut and lutToHald", () => {
  it("give back any lattice of L^2, to the bit", () => {
    fc.assert(
      fc.property(fc.constantFrom(2, 3), fc.nat(), (level, seed) => {
        const cube = { ...identityCube(level ** 2), table: uniformNumbers(3 * level ** 6, "hald", { seed }) };
        const { pixels, width, height } = lutToHald({ stages: [cube] }, level);
        expect([width, height]).toEqual([level ** 3, level ** 3]);
        expect(haldToLut({ pixels, width, height }, "hald.png")).toEqual({ stages: [cube] });
      }),
      { numRuns: 20 },
    );
  });

  it("put red fastest, then green, then blue", () => {
    const { pixels } = lutToHald({ stages: [identityCube(4)] }, 2);
    const pixel = (x: number, y: number): number[] => [
      ...pixels.subarray(3 * (8 * y + x), 3 * (8 * y + x) + 3),
    ];
    const third = Math.fround(1 / 3);
    expect(pixel(1, 0)).toEqual([third, 0, 0]);
    expect(pixel(4, 0)).toEqual([0, third, 0]);
    expect(pixel(0, 2)).toEqual([0, 0, third]);
    expect(pixel(7, 7)).toEqual([1, 1, 1]);
  });

  it("take whole numbers of 8 and 16 bits as shares of their maximum, and any other by `max`", () => {
    const { pixels } = lutToHald({ stages: [identityCube(4)] }, 2);
    const { table } = identityCube(4);
    const square = { width: 8, height: 8 };
    for (const coded of [
      haldToLut({ ...square, pixels: Uint8Array.from(pixels, (value) => Math.round(255 * value)) }, "x"),
      haldToLut({ ...square, pixels: Uint16Array.from(pixels, (value) => Math.round(65535 * value)) }, "x"),
      haldToLut(
        { ...square, pixels: Uint16Array.from(pixels, (value) => Math.round(1023 * value)), max: 1023 },
        "x",
      ),
    ]) {
      expect(largestDifference(tables(coded).cube?.table ?? [], table)).toBeLessThan(1e-7);
    }
  });

  it("read a strip in the same order", () => {
    const { table } = identityCube(5);
    expect(haldToLut({ pixels: table, width: 5, height: 25 }, "strip.png").stages).toEqual([identityCube(5)]);
    expect(tables(haldToLut({ pixels: table, width: 25, height: 5 }, "strip.png")).cube?.size).toBe(5);
  });

  it("sample what is no lattice of L^2", () => {
    const shaper: Lut1D = {
      kind: "lut1d",
      size: 2,
      table: Float32Array.of(1, 1, 1, 0, 0, 0),
      ...UNIT_DOMAIN,
    };
    const { pixels } = lutToHald({ stages: [shaper, identityCube(7)] }, 3);
    const expected = applyLut({ stages: [shaper] }, identityCube(9).table);
    expect(largestDifference(pixels, expected)).toBeLessThan(1e-6);
  });

  it("make images that ffmpeg's haldclut applies as applyLut does", (context) => {
    needTool(context, "ffmpeg");
    const level = 4;
    const cube = { ...identityCube(level ** 2), table: uniformNumbers(3 * level ** 6, "hald") };
    const { pixels, width, height } = lutToHald({ stages: [cube] }, level);
    const colours = uniformNumbers(3 * 4000, "colours");
    const input = `f=rawvideo:format_opts=video_size=${width}x${height}\\\\:pixel_format=gbrpf32le`;
    const expected = runFfmpeg({
      colours,
      filter: `movie=FILE0:${input}[hald];[in][hald]haldclut=interp=tetrahedral`,
      files: [{ bytes: new Uint8Array(planesGreenBlueRed(pixels).buffer), extension: "raw" }],
    });
    expect(largestDifference(applyLut({ stages: [cube] }, colours), expected)).toBeLessThan(3e-6);
  });
});

describe("haldToLut refuses", () => {
  it("sizes that hold no lattice", () => {
    expect(() =>
      haldToLut({ pixels: new Uint8Array(3 * 768 * 512), width: 768, height: 512 }, "photo.png"),
    ).toThrow(FormatError);
    expect(() =>
      haldToLut({ pixels: new Uint8Array(3 * 768 * 512), width: 768, height: 512 }, "photo.png"),
    ).toThrow(
      "photo.png: expected a Hald image (64 x 64, 125 x 125, ... 512 x 512, ... pixels; N^3 pixels for a lattice of N), received 768 x 512 pixels. Hald images must not be scaled or cropped.",
    );
    expect(() => haldToLut({ pixels: new Uint8Array(3), width: 1, height: 1 }, "dot.png")).toThrow(
      FormatError,
    );
    expect(() => haldToLut({ pixels: new Uint8Array(0), width: 0, height: 0 }, "nothing.png")).toThrow(
      FormatError,
    );
  });

  it("pixels that do not fill the size, such as RGBA", () => {
    expect(() => readLut({ pixels: new Uint8Array(4 * 64), width: 8, height: 8 }, "x.png")).toThrow(
      ShapeError,
    );
    expect(() => readLut({ pixels: new Uint8Array(4 * 64), width: 8, height: 8 }, "x.png")).toThrow(
      "x.png: expected 192 numbers for 8 x 8 RGB pixels, received 256",
    );
  });

  it("a lookup image of tiles, whose order is another", () => {
    // 8 x 8 tiles of 64 x 64: the same size as a Hald image of level 8.
    const tiled = new Float32Array(3 * 512 * 512);
    for (let y = 0; y < 512; y++) {
      for (let x = 0; x < 512; x++) {
        const blue = (Math.floor(x / 64) + 8 * Math.floor(y / 64)) / 63;
        tiled.set([(x % 64) / 63, (y % 64) / 63, blue], 3 * (512 * y + x));
      }
    }
    expect(() => haldToLut({ pixels: tiled, width: 512, height: 512 }, "tiles.png")).toThrow(FormatError);
    expect(() => haldToLut({ pixels: tiled, width: 512, height: 512 }, "tiles.png")).toThrow(
      /^tiles\.png: expected a Hald image: neighbouring colours of its lattice differ little, received channels that travel their range \d+\.\d times along an axis\. /,
    );
  });
});

describe("lutToHald refuses", () => {
  it("levels that make no image", () => {
    for (const level of [0, 1, 2.5, 17, Number.NaN]) {
      expect(() => lutToHald({ stages: [identityCube(4)] }, level)).toThrow(ValueError);
    }
    expect(() => lutToHald({ stages: [] }, 17)).toThrow(
      "lutToHald level: expected a whole number from 2 to 16, received 17",
    );
  });
});
