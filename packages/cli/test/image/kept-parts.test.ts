/** What a file holds beside its pixels, profile and EXIF: it arrives, or a sentence says that it does not. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { needTool } from "../../../../test-support/needs.js";
import { textOf } from "../../../../test-support/programs.js";
import { pngChunk } from "../../src/image/containers/png.js";
import { decodePhoto } from "../../src/image/decode-photo.js";
import { encodePhoto } from "../../src/image/encode-photo.js";
import { openPhoto } from "../../src/image/photo-header.js";
import { imageOf, noise, segment, type TiffPage, tiff } from "./material.js";

/** Writes the bytes, reads them as a photo, writes that: the new file and all warnings. */
async function rewrite(
  bytes: Buffer,
  from: string,
  to: string,
): Promise<{ path: string; warnings: string[] }> {
  const folder = temporaryFolder();
  const [source, path] = [join(folder, `in.${from}`), join(folder, `out.${to}`)];
  writeFileSync(source, bytes);
  const photo = await decodePhoto(await openPhoto(source));
  return { path, warnings: [...photo.warnings, ...(await encodePhoto(photo, path))] };
}

const jpeg = (): Promise<Buffer> =>
  imageOf(noise(24, 16, 3, 8))
    .jpeg()
    .toBuffer();
const png = (): Promise<Buffer> =>
  imageOf(noise(24, 16, 3, 8))
    .png()
    .toBuffer();

const afterStart = (file: Buffer, ...segments: readonly Buffer[]): Buffer =>
  Buffer.concat([file.subarray(0, 2), ...segments, file.subarray(2)]);
const afterHeader = (file: Buffer, ...chunks: readonly Buffer[]): Buffer =>
  Buffer.concat([file.subarray(0, 33), ...chunks, file.subarray(33)]);

describe("a JPEG's", () => {
  const comment = segment(0xfe, Buffer.from("shot in the rain"));

  it("comment stays in a JPEG, and is missed elsewhere", async () => {
    const bytes = afterStart(await jpeg(), comment);
    const kept = await rewrite(bytes, "jpg", "jpg");
    expect(kept.warnings).toEqual([]);
    expect(readFileSync(kept.path).includes(comment)).toBe(true);
    const { warnings } = await rewrite(bytes, "jpg", "png");
    expect(warnings).toEqual(["its comment is dropped: it is kept in JPEG only, not in PNG"]);
  });

  it("extended XMP stays with its flag, and goes with it", async () => {
    const guid = "0123456789ABCDEF0123456789ABCDEF";
    const xmp = `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:xmpNote="http://ns.adobe.com/xmp/note/" xmpNote:HasExtendedXMP="${guid}"/></rdf:RDF></x:xmpmeta>`;
    const main = segment(0xe1, Buffer.from(`http://ns.adobe.com/xap/1.0/\0${xmp}`));
    const extension = segment(
      0xe1,
      Buffer.from(`http://ns.adobe.com/xmp/extension/\0${guid}\0\0\0\x04\0\0\0\0<a/>`),
    );
    const bytes = afterStart(await jpeg(), main, extension);
    const kept = await rewrite(bytes, "jpg", "jpg");
    expect(kept.warnings).toEqual([]);
    const written = readFileSync(kept.path);
    expect(written.includes(extension)).toBe(true);
    expect(written.includes(`HasExtendedXMP="${guid}"`)).toBe(true);
    const lost = await rewrite(bytes, "jpg", "webp");
    expect(lost.warnings).toEqual(["its extended XMP is dropped: it is kept in JPEG only, not in WebP"]);
    expect(readFileSync(lost.path).includes("rdf:Description")).toBe(true);
    expect(readFileSync(lost.path).includes("HasExtendedXMP")).toBe(false);
  });

  it("second picture is missed (MPO)", async () => {
    const second = await jpeg();
    // An index of one tag: the number of pictures (CIPA DC-007, section 5.2.3).
    const index = Buffer.from(
      "MPF\0MM\0*\0\0\0\x08\0\x01\xb0\x01\0\x04\0\0\0\x01\0\0\0\x02\0\0\0\0",
      "latin1",
    );
    const bytes = Buffer.concat([afterStart(await jpeg(), segment(0xe2, index)), second]);
    const { warnings } = await rewrite(bytes, "mpo.jpg", "jpg");
    expect(warnings).toEqual(["its second picture is dropped: it is a file of several (MPO)"]);
  });

  it.each([
    [Buffer.from("appended by something"), "21 bytes behind the end of its picture are dropped"],
    [
      Buffer.concat([Buffer.from("\0\0\0\x18ftypmp42", "latin1"), Buffer.alloc(100, 1)]),
      "112 bytes behind the end of its picture (a film: it is a motion photo) are dropped",
    ],
  ])("end is not the file's", async (behind, sentence) => {
    for (const progressive of [false, true]) {
      const file = await imageOf(noise(240, 160, 3, 8))
        .jpeg({ progressive, quality: 98 })
        .toBuffer();
      expect((await rewrite(file, "jpg", "jpg")).warnings).toEqual([]);
      const { warnings } = await rewrite(Buffer.concat([file, behind]), "jpg", "jpg");
      expect(warnings).toEqual([sentence]);
    }
  });

  it("unknown segments are named, known ones are not", async () => {
    const bytes = afterStart(
      await jpeg(),
      segment(0xec, Buffer.from("Ducky\0\x01\0\x04\0\0\0\x64\0\0", "latin1")),
      segment(0xe3, Buffer.from("Meta\0\0")),
      segment(0xeb, Buffer.from("JP\0\x01", "latin1")),
    );
    const { warnings } = await rewrite(bytes, "jpg", "jpg");
    expect(warnings).toEqual([
      "these of its JPEG segments are dropped: APP3 Meta, JUMBF (content credentials)",
    ]);
  });
});

describe("a PNG's", () => {
  const texts = [
    pngChunk("tEXt", Buffer.from("Author\0Somebody")),
    pngChunk("zTXt", Buffer.concat([Buffer.from("Title\0\0"), deflateSync(Buffer.from("A title"))])),
    pngChunk("iTXt", Buffer.from("Description\0\0\0de\0Beschreibung\0Grüße")),
  ];

  it("text stays in a PNG, and is missed elsewhere", async () => {
    const bytes = afterHeader(await png(), ...texts);
    const kept = await rewrite(bytes, "png", "png");
    expect(kept.warnings).toEqual([]);
    for (const text of texts) expect(readFileSync(kept.path).includes(text)).toBe(true);
    const { warnings } = await rewrite(bytes, "png", "jpg");
    expect(warnings).toEqual([
      "its text (Author, Title, Description) is dropped: it is kept in PNG only, not in JPEG",
    ]);
  });

  it("frames are not one picture", async () => {
    const control = (frames: number): Buffer => pngChunk("acTL", Buffer.from([0, 0, 0, frames, 0, 0, 0, 0]));
    await expect(rewrite(afterHeader(await png(), control(3)), "png", "png")).rejects.toThrow(
      "expected one picture, received PNG of 3 frames. Save the frame that you want as a separate file.",
    );
    expect((await rewrite(afterHeader(await png(), control(1)), "png", "png")).warnings).toEqual([]);
  });

  it("unknown chunks and what lies behind its end are named", async () => {
    const bytes = afterHeader(
      await png(),
      pngChunk("prVt", Buffer.alloc(3)),
      pngChunk("caBX", Buffer.alloc(3)),
    );
    const { warnings } = await rewrite(Buffer.concat([bytes, Buffer.alloc(5)]), "png", "png");
    expect(warnings).toEqual([
      "these of its PNG chunks are dropped: prVt, caBX (content credentials)",
      "5 bytes behind its end are dropped",
    ]);
  });
});

describe("a crafted file", () => {
  const openBytes = (bytes: Buffer, name: string): Promise<unknown> => {
    const path = join(temporaryFolder(), name);
    writeFileSync(path, bytes);
    return openPhoto(path);
  };

  it("does not keep its reader walking, nor makes it take memory", async () => {
    const start = process.memoryUsage().rss;
    const [j, p] = [await jpeg(), await png()];
    const fill = Buffer.concat([j.subarray(0, 2), Buffer.alloc(20_000_000, 0xff), j.subarray(2)]);
    await openBytes(fill, "fill.jpg").catch(() => undefined);
    const chunks = Buffer.concat(Array.from({ length: 100_000 }, () => pngChunk("prVt", Buffer.alloc(0))));
    await openBytes(afterHeader(p, chunks), "chunks.png").catch(() => undefined);
    const promised = pngChunk("tEXt", Buffer.from("a\0b"));
    promised.writeUInt32BE(0x7fff_fff0, 0);
    await openBytes(afterHeader(p, promised), "promised.png").catch(() => undefined);
    const samples = tiff({
      width: 1,
      height: 1,
      bits: 8,
      samples: 3,
      photometric: 2,
      strip: Buffer.alloc(3),
    });
    const at = samples.indexOf(Buffer.from([0x15, 0x01, 3, 0, 1, 0, 0, 0]));
    samples.writeUInt16LE(4, at + 2);
    samples.writeUInt32LE(0xffff_fff0, at + 8);
    await expect(openBytes(samples, "samples.tif")).rejects.toThrow();
    expect(process.memoryUsage().rss - start).toBeLessThan(300e6);
  });
});

describe("the resolution", () => {
  const jfif = (unit: number, x: number, y: number): Buffer =>
    segment(
      0xe0,
      Buffer.from([0x4a, 0x46, 0x49, 0x46, 0, 1, 2, unit, x >> 8, x & 255, y >> 8, y & 255, 0, 0]),
    );
  // The image library writes no JFIF segment of its own beside metadata that it does not know.
  const withJfif = async (unit: number, x: number, y: number): Promise<Buffer> =>
    afterStart(await jpeg(), jfif(unit, x, y));
  const seen = (path: string, ...tags: readonly string[]): unknown[] => {
    const [found] = JSON.parse(textOf("exiftool", ["-json", "-n", ...tags.map((tag) => `-${tag}`), path]));
    return tags.map((tag) => found[tag]);
  };

  it.for([
    ["a shape of pixels without a unit", 0, [1, 1], [1, 1, 0], [1, 1, 1]],
    ["a shape that is no square", 0, [2, 1], [2, 1, 0], [2, 1, 1]],
    ["dots an inch", 1, [300, 150], [11811, 5906, 1], [300, 150, 2]],
    ["dots a centimetre", 2, [118, 118], [11800, 11800, 1], [118, 118, 3]],
  ] as const)("keeps %s", async ([_name, unit, [x, y], inPng, inTiff], context) => {
    needTool(context, "exiftool");
    const bytes = await withJfif(unit, x, y);
    const as = async (extension: string): Promise<string> => (await rewrite(bytes, "jpg", extension)).path;
    expect(seen(await as("jpg"), "JFIF:XResolution", "JFIF:YResolution").length).toBe(2);
    expect(readFileSync(await as("jpg")).includes(jfif(unit, x, y))).toBe(true);
    expect(seen(await as("png"), "PixelsPerUnitX", "PixelsPerUnitY", "PixelUnits")).toEqual(inPng);
    expect(seen(await as("tif"), "XResolution", "YResolution", "ResolutionUnit")).toEqual(inTiff);
  });

  it.for(["jpg", "png", "webp", "tif", "avif"] as const)(
    "that EXIF tells without a unit stays so in a .%s",
    async (extension, context) => {
      needTool(context, "exiftool");
      const folder = temporaryFolder();
      const source = join(folder, "in.jpg");
      writeFileSync(source, await withJfif(0, 1, 1));
      textOf("exiftool", [
        "-q",
        "-overwrite_original",
        "-IFD0:Artist=Somebody",
        "-IFD0:ResolutionUnit=None",
        source,
      ]);
      const { path } = await rewrite(readFileSync(source), "jpg", extension);
      expect(seen(path, "XResolution", "YResolution", "ResolutionUnit", "Artist")).toEqual([
        1,
        1,
        1,
        "Somebody",
      ]);
    },
  );

  it("of a TIFF that tells none is none", async (context) => {
    needTool(context, "exiftool");
    const strip = Buffer.alloc(3 * 24);
    const page: TiffPage = { width: 24, height: 1, bits: 8, samples: 3, photometric: 2, strip };
    const { path } = await rewrite(tiff(page), "tif", "tif");
    expect(seen(path, "XResolution", "YResolution", "ResolutionUnit")).toEqual([1, 1, 1]);
  });
});
