import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { decodePhoto } from "../../src/image/decode-photo.js";
import { openPhoto } from "../../src/image/photo-header.js";
import { imageOf, noise, type TiffPage, tiff } from "./material.js";

const PAGE: TiffPage = {
  width: 8,
  height: 4,
  bits: 8,
  samples: 3,
  photometric: 2,
  strip: Buffer.alloc(3000),
};
const BITS_PER_SAMPLE = 258;
const SAMPLE_FORMAT = 339;

/** What reading says of a photo; undefined where it is read. */
async function refusalOf(bytes: Buffer, options = {}): Promise<string | undefined> {
  const path = join(temporaryFolder(), "photo");
  writeFileSync(path, bytes);
  try {
    await decodePhoto(await openPhoto(path), options);
    return undefined;
  } catch (error) {
    return (error as Error).message.replace(`${path}: `, "");
  }
}

describe("a photo that is stored in a way that is not read", () => {
  it.each([
    [6, "the old kind of JPEG"],
    [32_909, "PixarLog"],
    [34_661, "JBIG"],
    [34_712, "JPEG 2000"],
    [34_887, "LERC"],
    [34_925, "LZMA"],
    [34_933, "PNG"],
    [34_934, "JPEG XR"],
    [50_000, "Zstandard"],
    [50_002, "JPEG XL"],
  ])("is no damaged one: a TIFF of compression %i, %s", async (compression, name) => {
    for (const big of [false, true]) {
      expect(await refusalOf(tiff({ ...PAGE, compression, big }))).toBe(
        "expected a compression that is read (LZW, Deflate, PackBits, JPEG, WebP, CCITT or none), " +
          `received ${name}. Save it with LZW, Deflate or without compression.`,
      );
    }
  });

  it("is no damaged one where nobody knows its compression", async () => {
    for (const options of [{}, { bestEffort: true }]) {
      expect(await refusalOf(tiff({ ...PAGE, compression: 31_337 }), options)).toMatch(
        /^expected a TIFF of a kind that is read, received another \(.*31337.*\)\. Convert it to a TIFF or PNG of 8 or 16 bits first\.$/,
      );
    }
  });

  it("is refused by its samples, whatever their depth and kind", async () => {
    const kinds = { 1: "samples", 2: "signed samples", 3: "floating-point samples", 6: "complex samples" };
    for (const [format, name] of Object.entries(kinds)) {
      for (const bits of [8, 9, 10, 12, 14, 16, 24, 32, 64, 128]) {
        for (const samples of [1, 3, 4]) {
          const formats = Buffer.from(Uint16Array.from({ length: samples }, () => Number(format)).buffer);
          const photometric = samples === 1 ? 1 : 2;
          const tags = [[SAMPLE_FORMAT, 3, formats]] as const;
          const refusal = await refusalOf(tiff({ ...PAGE, bits, samples, photometric, tags }));
          const isRead = format === "1" && (bits === 8 || bits === 16);
          const expected =
            "expected unsigned samples of 8 or 16 bits (or 1, 2 or 4 where a pixel has one), " +
            `received ${name} of ${bits} bits. Convert it to a 16-bit TIFF or PNG first.`;
          expect(refusal).toBe(isRead ? undefined : expected);
        }
      }
    }
  });

  it("is refused in a short line, however many depths it names", async () => {
    const bits = Buffer.from(Uint16Array.from({ length: 450_000 }, (_, index) => index % 50).buffer);
    const page = tiff({ ...PAGE, samples: 1, photometric: 1, tags: [[BITS_PER_SAMPLE, 3, bits]] });
    // The list takes the place of the one that the page has.
    const own = page.indexOf(Buffer.from([0x02, 0x01, 3, 0, 1, 0, 0, 0]));
    page.writeUInt16LE(0, own);
    expect(await refusalOf(page)).toContain(
      "received samples of 0, 1, 2, 3, 4, 5, 6, 7, ... bits. Convert it",
    );
  });

  it("is read with few bits where a pixel has one sample, and refused where it has more", async () => {
    for (const bits of [1, 2, 4]) {
      expect(await refusalOf(tiff({ ...PAGE, bits, samples: 1, photometric: 1 }))).toBe(undefined);
      expect(await refusalOf(tiff({ ...PAGE, bits }))).toContain(`received samples of ${bits} bits`);
    }
  });

  it("is refused as Lab of 8 bits, of which the image library makes other colours", async () => {
    for (const [photometric, samples, bits, received] of [
      [8, 3, 8, "CIE L*a*b* of 8 bits"],
      [8, 4, 8, "CIE L*a*b* of 8 bits"],
      [9, 3, 16, "another kind of Lab (ICC or ITU)"],
      [10, 3, 8, "another kind of Lab (ICC or ITU)"],
      [8, 3, 16, undefined],
    ] as const) {
      const refusal = await refusalOf(tiff({ ...PAGE, photometric, samples, bits }));
      const expected = `expected CIE L*a*b* of 16 bits, received ${received}. Convert it to RGB first.`;
      expect(refusal).toBe(received === undefined ? undefined : expected);
    }
  });

  it("is one of several pages, but not where the others are smaller versions of it", async () => {
    const smaller = { ...PAGE, width: 4, height: 2, subfileType: 1 };
    for (const big of [false, true]) {
      expect(await refusalOf(tiff({ ...PAGE, big }, { ...smaller, big }))).toBe(undefined);
      expect(await refusalOf(tiff({ ...PAGE, big }, { ...smaller, big }, { ...PAGE, big }))).toBe(
        "expected one picture, received TIFF of 2 pages. Save the page that you want as a separate file.",
      );
    }
  });

  it("is a camera raw file where its pixels lie behind a colour filter", async () => {
    for (const photometric of [32_803, 34_892]) {
      expect(await refusalOf(tiff({ ...PAGE, bits: 14, samples: 1, photometric }))).toContain(
        "received a camera raw file",
      );
    }
  });

  it("is refused by the frame of a JPEG: its depth and its process", async () => {
    const whole = await imageOf(noise(8, 8, 3, 8))
      .jpeg()
      .toBuffer();
    const frame = whole.indexOf(Buffer.from([0xff, 0xc0]));
    const changed = (at: number, value: number): Buffer => {
      const bytes = Buffer.from(whole);
      bytes[frame + at] = value;
      return bytes;
    };
    const expected = "expected a JPEG of 8 bits per sample, baseline or progressive, received";
    const repair = "Convert it to a TIFF or PNG first.";
    expect(await refusalOf(changed(4, 12))).toBe(`${expected} a JPEG of 12 bits. ${repair}`);
    expect(await refusalOf(changed(1, 0xf7))).toBe(`${expected} JPEG-LS. ${repair}`);
    for (const process of [0xc5, 0xc6, 0xc7, 0xcd, 0xce, 0xcf]) {
      expect(await refusalOf(changed(1, process))).toBe(`${expected} a hierarchical JPEG. ${repair}`);
    }
    expect(await refusalOf(changed(1, 0xcb))).toContain("a lossless JPEG with arithmetic coding");
  });

  it("is a film where an AVIF says so", async () => {
    const still = await imageOf(noise(8, 8, 3, 8))
      .avif()
      .toBuffer();
    expect(await refusalOf(still)).toBe(undefined);
    still.write("avis", 8, "latin1");
    expect(await refusalOf(still)).toBe(
      "expected one picture, received AVIF of several frames. Save the frame that you want as a separate file.",
    );
  });
});
