import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it, type TestContext } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { needTool, sharedData } from "../../../../test-support/needs.js";
import { textOf } from "../../../../test-support/programs.js";
import { ADOBE_RGB } from "../../src/image/colour-tag.js";
import { tiffWith } from "../../src/image/containers/tiff.js";
import { decodePhoto } from "../../src/image/decode-photo.js";
import { encodePhoto } from "../../src/image/encode-photo.js";
import { ExifBlock } from "../../src/image/exif.js";
import { readIccProfile } from "../../src/image/icc-profile.js";
import type { Additions } from "../../src/image/photo-format.js";
import { openPhoto } from "../../src/image/photo-header.js";
import { differing, displayP3, imageOf, noise, pngWithProfile, segment } from "./material.js";

async function rewrite(source: string, target: string): Promise<readonly string[]> {
  return encodePhoto(await decodePhoto(await openPhoto(source)), target);
}

/** What exiftool reads, in the groups that describe the photo and not its file; the test is skipped without it. */
function tagsOf(context: TestContext, path: string, ...groups: readonly string[]): Record<string, unknown> {
  needTool(context, "exiftool");
  const args = ["-json", "-G1", "-a", ...groups.map((group) => `-${group}:all`), path];
  const [tags] = JSON.parse(textOf("exiftool", args));
  const { SourceFile: _, ...rest } = tags as Record<string, unknown>;
  return rest;
}

/** EXIF with a folder, its sub-folders and a thumbnail folder, little or big endian. */
function exifBlock(
  littleEndian: boolean,
  { orientation = 6, colourSpace = 0xffff, index = "R03" } = {},
): Buffer {
  const bytes = Buffer.alloc(200);
  const short = (value: number, at: number): number =>
    littleEndian ? bytes.writeUInt16LE(value, at) : bytes.writeUInt16BE(value, at);
  const long = (value: number, at: number): number =>
    littleEndian ? bytes.writeUInt32LE(value, at) : bytes.writeUInt32BE(value, at);
  const folder = (
    at: number,
    entries: readonly (readonly [number, number, number | string])[],
    next: number,
  ): void => {
    short(entries.length, at);
    entries.forEach(([tag, type, value], i) => {
      const entry = at + 2 + 12 * i;
      short(tag, entry);
      short(type, entry + 2);
      long(typeof value === "string" ? value.length + 1 : 1, entry + 4);
      if (typeof value === "string") bytes.write(value, entry + 8, "latin1");
      else if (type === 3) short(value, entry + 8);
      else long(value, entry + 8);
    });
    long(next, at + 2 + 12 * entries.length);
  };
  bytes.write(littleEndian ? "II*\0" : "MM\0*", "latin1");
  long(8, 4);
  folder(
    8,
    [
      [0x0112, 3, orientation],
      [0x8769, 4, 50],
    ],
    120,
  );
  folder(
    50,
    [
      [0xa001, 3, colourSpace],
      [0xa005, 4, 90],
    ],
    0,
  );
  folder(90, [[0x0001, 2, index]], 0);
  folder(120, [[0x0103, 3, 6]], 0);
  return Buffer.concat([Buffer.from("Exif\0\0", "latin1"), bytes]);
}

async function jpegWith(exif: Buffer): Promise<Buffer> {
  const jpeg = await imageOf(noise(40, 30, 3, 8))
    .jpeg()
    .toBuffer();
  return Buffer.concat([jpeg.subarray(0, 2), segment(0xe1, exif), jpeg.subarray(2)]);
}

describe("ExifBlock", () => {
  it.each([true, false])(
    "turns upright and drops the thumbnail, and changes nothing else (little endian: %s)",
    (little) => {
      const before = exifBlock(little);
      const exif = ExifBlock.copyOf(before);
      exif?.setUpright();
      exif?.dropThumbnail();
      const expected = Buffer.from(exifBlock(little, { orientation: 1 }));
      const link = 6 + 8 + 2 + 24;
      expected.fill(0, link, link + 4);
      expect(exif?.bytes).toEqual(expected);
      expect(before).toEqual(exifBlock(little));
    },
  );

  it("knows Adobe RGB as cameras write it, and nothing else for it", () => {
    expect(ExifBlock.copyOf(exifBlock(true))?.colours()).toBe("adobe");
    expect(ExifBlock.copyOf(exifBlock(false))?.colours()).toBe("adobe");
    expect(ExifBlock.copyOf(exifBlock(true, { index: "R98" }))?.colours()).not.toBe("adobe");
    expect(ExifBlock.copyOf(exifBlock(true, { colourSpace: 1 }))?.colours()).not.toBe("adobe");
  });

  it("does not fall for damaged or hostile bytes", () => {
    const whole = exifBlock(true);
    for (let length = 0; length < whole.length; length++) {
      for (const byte of [0, 0xff]) {
        const damaged = Buffer.from(whole);
        damaged[length] = byte;
        for (const block of [whole.subarray(0, length), damaged]) {
          const exif = ExifBlock.copyOf(block);
          expect(() => {
            exif?.colours();
            exif?.setUpright();
            exif?.dropThumbnail();
          }).not.toThrow();
        }
      }
    }
  });
});

const NO_ADDITIONS: Additions = {
  exif: undefined,
  icc: undefined,
  xmp: undefined,
  iptc: undefined,
  density: undefined,
  parts: [],
  beyond: [],
  width: 8,
  height: 8,
};

describe("EXIF in a TIFF", () => {
  it("keeps its values in either byte order", async () => {
    const plain = await imageOf(noise(8, 8, 3, 8))
      .tiff({ compression: "none" })
      .toBuffer();
    const [little, big] = await Promise.all(
      [true, false].map((littleEndian) =>
        tiffWith(plain, { ...NO_ADDITIONS, exif: exifBlock(littleEndian).subarray(6) }),
      ),
    );
    if (!little) throw new Error("expected a TIFF");
    expect(big).toEqual(little);
    const path = join(temporaryFolder(), "in.tif");
    writeFileSync(path, little);
    const { exif } = (await openPhoto(path)).metadata;
    expect(exif && ExifBlock.copyOf(exif)?.colours()).toBe("adobe");
    const photo = await decodePhoto(await openPhoto(path));
    expect(photo.transform).toBeDefined();
    expect(differing(photo.data, noise(8, 8, 3, 8).data)).toBe(0);
  });

  it("does not fall for damaged or hostile bytes", async () => {
    const plain = await imageOf(noise(8, 8, 3, 8))
      .tiff({ compression: "none" })
      .toBuffer();
    const whole = exifBlock(true);
    for (let at = 0; at < whole.length; at++) {
      const damaged = Buffer.from(whole);
      damaged[at] = 0xff;
      for (const block of [whole.subarray(0, at), damaged]) {
        await tiffWith(plain, { ...NO_ADDITIONS, exif: block.subarray(6) });
      }
    }
  });
});

describe("metadata", () => {
  it.for(["jpg", "png", "webp", "tif", "avif"] as const)(
    "of a camera photo arrive in a .%s: every EXIF tag that exiftool reads",
    async (extension, context) => {
      const source = sharedData(context, "photos/sharp-io-fixtures/Channel_digital_image_CMYK_color.jpg");
      const target = join(temporaryFolder(), `out.${extension}`);
      const warnings = await rewrite(source, target);
      const groups = ["IFD0", "ExifIFD", "GPS", "InteropIFD"];
      const tags = tagsOf(context, source, ...groups);
      if (extension === "tif") {
        // A TIFF's first folder describes its own pixels as well, and how a JPEG samples colour is not for it.
        delete tags["IFD0:YCbCrPositioning"];
        expect(tagsOf(context, target, ...groups)).toMatchObject(tags);
      } else {
        expect(tagsOf(context, target, ...groups)).toEqual(tags);
      }
      expect(tagsOf(context, target, "IFD1")).toEqual({});
      expect((await openPhoto(target)).metadata.xmp).toBe((await openPhoto(source)).metadata.xmp);
      expect(warnings).toEqual([]);
    },
  );

  it.for(["jpg", "png", "webp", "tif", "avif"] as const)(
    "of IPTC captions arrive in JPEG and TIFF, and are missed elsewhere (.%s)",
    async (extension, context) => {
      const folder = temporaryFolder();
      const [source, target] = [join(folder, "in.jpg"), join(folder, `out.${extension}`)];
      await imageOf(noise(40, 30, 3, 8))
        .jpeg()
        .toFile(source);
      tagsOf(context, source, "IPTC");
      textOf("exiftool", [
        "-q",
        "-overwrite_original",
        "-IPTC:Headline=A headline",
        "-IPTC:City=Rome",
        source,
      ]);
      const warnings = await rewrite(source, target);
      const keeps = extension === "jpg" || extension === "tif";
      const words = "its IPTC captions are dropped: they are kept in JPEG or TIFF only, not in";
      expect(warnings).toEqual(keeps ? [] : [expect.stringContaining(words)]);
      if (keeps) expect(tagsOf(context, target, "IPTC")).toEqual(tagsOf(context, source, "IPTC"));
    },
  );

  it.for(["jpg", "tif"] as const)("of a TIFF arrive in a .%s", async (extension, context) => {
    const camera = sharedData(context, "photos/sharp-io-fixtures/Channel_digital_image_CMYK_color.jpg");
    const folder = temporaryFolder();
    await rewrite(camera, join(folder, "in.tif"));
    await rewrite(join(folder, "in.tif"), join(folder, `out.${extension}`));
    const tags = tagsOf(context, camera, "ExifIFD", "GPS", "InteropIFD");
    expect(Object.keys(tags).length).toBeGreaterThan(25);
    expect(tagsOf(context, join(folder, `out.${extension}`), "ExifIFD", "GPS", "InteropIFD")).toEqual(tags);
    expect(tagsOf(context, join(folder, `out.${extension}`), "IFD0")).toMatchObject({
      "IFD0:Make": "Canon",
      "IFD0:Model": "Canon EOS 300D DIGITAL",
    });
    expect(tagsOf(context, join(folder, "in.tif"), "ExifTool")).not.toHaveProperty("ExifTool:Warning");
  });

  it.each(["jpg", "png", "webp", "tif", "avif"])(
    "keep the colour profile in a .%s, byte for byte",
    async (extension) => {
      const folder = temporaryFolder();
      const profile = await displayP3();
      writeFileSync(join(folder, "in.png"), await pngWithProfile(noise(40, 30, 3, 8), profile));
      const target = join(folder, `out.${extension}`);
      await rewrite(join(folder, "in.png"), target);
      expect((await sharp(target).metadata()).icc).toEqual(profile);
    },
  );

  it("keep a profile that fills several segments of a JPEG", async (context) => {
    const source = sharedData(context, "photos/sharp-io-fixtures/Channel_digital_image_CMYK_color.jpg");
    const { metadata } = await openPhoto(source);
    const folder = temporaryFolder();
    const photo = await decodePhoto(await openPhoto(source));
    const long = Buffer.concat([await displayP3(), Buffer.alloc(200_000, 7)]);
    long.writeUInt32BE(long.length, 0);
    await encodePhoto({ ...photo, icc: long }, join(folder, "out.jpg"));
    expect((await sharp(join(folder, "out.jpg")).metadata()).icc).toEqual(long);
    expect(metadata.icc?.length).toBeGreaterThan(65_533);
  });

  it.each(["jpg", "png", "tif"])("keep the resolution in a .%s", async (extension) => {
    const folder = temporaryFolder();
    await imageOf(noise(40, 30, 3, 8))
      .withMetadata({ density: 300 })
      .jpeg()
      .toFile(join(folder, "in.jpg"));
    const target = join(folder, `out.${extension}`);
    await rewrite(join(folder, "in.jpg"), target);
    expect((await sharp(target).metadata()).density).toBe(300);
  });

  it("of Adobe RGB without a profile stay as they are, and a profile says the same", async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, "in.jpg"), await jpegWith(exifBlock(true, { orientation: 1 })));
    const photo = await decodePhoto(await openPhoto(join(folder, "in.jpg")));
    expect(photo.transform).toBeDefined();
    await encodePhoto(photo, join(folder, "out.jpg"));
    const again = await openPhoto(join(folder, "out.jpg"));
    expect(again.metadata.exif && ExifBlock.copyOf(again.metadata.exif)?.colours()).toBe("adobe");
    const profile = again.metadata.icc && readIccProfile(again.metadata.icc);
    if (profile?.kind !== "matrix") throw new Error("expected a profile of curves and a matrix");
    expect(profile.curves[1](0.5)).toBeCloseTo(0.5 ** (563 / 256), 4);
    ADOBE_RGB.matrix.forEach((value, index) => {
      expect(profile.matrix[index]).toBeCloseTo(value, 4);
    });
  });

  it("that cannot be read are dropped with a warning, and the photo is not", async () => {
    const folder = temporaryFolder();
    writeFileSync(
      join(folder, "in.jpg"),
      await jpegWith(Buffer.from("Exif\0\0II*\0\xff\xff\xff\x7f", "latin1")),
    );
    const warnings = await rewrite(join(folder, "in.jpg"), join(folder, "out.jpg"));
    expect(warnings).toEqual(["its EXIF is dropped: it cannot be read"]);
    expect(readFileSync(join(folder, "out.jpg")).length).toBeGreaterThan(500);
  });
});
