import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { describe, expect, it, type TestContext } from "vitest";
import { temporaryFolder } from "../../../../test-support/folders.js";
import { need } from "../../../../test-support/needs.js";
import { readMetadata, writeMetadata } from "../../src/files/containers.js";
import { carriedMetadata } from "../../src/files/encode-photo.js";
import { orientationOf, uprightXmp } from "../../src/files/upright.js";

const XMP = `<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmp:Rating="4"/></rdf:RDF></x:xmpmeta><?xpacket end="w"?>`;

type Format = "jpeg" | "png" | "webp";

/** A photo of 40 x 20 pixels as sharp writes it, with Exif, XMP and a profile. */
async function photo(format: Format, profile: string, orientation: number): Promise<Uint8Array> {
  const file = await sharp({ create: { width: 40, height: 20, channels: 3, background: "#b08040" } })
    .withXmp(XMP)
    .withMetadata({ orientation })
    .withExifMerge({ IFD0: { Copyright: "Ada" }, IFD2: { LensModel: "50 mm" } })
    .withIccProfile(profile)
    .toFormat(format)
    .toBuffer();
  return Uint8Array.from(file);
}

/** What a browser's encoder gives: pixels alone. */
async function plain(format: Format): Promise<Uint8Array> {
  return await sharp({ create: { width: 20, height: 40, channels: 3, background: "#204060" } })
    .toFormat(format)
    .toBuffer();
}

function exiftool(context: TestContext, path: string): Record<string, unknown> {
  const { stdout, error } = spawnSync("exiftool", ["-json", "-n", "-G1", path], { encoding: "utf8" });
  need(
    context,
    error === undefined,
    "no exiftool: install it (Debian: apt-get install libimage-exiftool-perl)",
  );
  return (JSON.parse(stdout) as Record<string, unknown>[])[0] as Record<string, unknown>;
}

const PAIRS = (["jpeg", "png", "webp"] as const).flatMap((from) =>
  (["jpeg", "png"] as const).map((to) => [from, to] as const),
);

describe("metadata are carried", () => {
  it.each(PAIRS)("from %s to %s, as exiftool reads them, the photo upright", async (from, to) => {
    const metadata = await readMetadata(await photo(from, "srgb", 6));
    expect(orientationOf(metadata.exif as Uint8Array)).toBe(6);
    const carried = carriedMetadata(metadata, { width: 20, height: 40 });
    const written = await writeMetadata(await plain(to), { metadata: carried, from: `image/${from}` });
    const again = await readMetadata(written);
    expect(again.exif).toEqual(carried.exif);
    expect(again.icc).toEqual(metadata.icc);
    expect(new TextDecoder().decode(again.xmp)).toContain("Rating");
    expect(orientationOf(again.exif as Uint8Array)).toBe(1);
    // Still a photo, of the encoder's pixels.
    expect(await sharp(written).metadata()).toMatchObject({ width: 20, height: 40 });
  });

  it("so that exiftool finds every one, and no warning", async (context) => {
    const folder = temporaryFolder();
    for (const [from, to] of PAIRS) {
      const metadata = await readMetadata(await photo(from, "srgb", 6));
      const carried = carriedMetadata(metadata, { width: 20, height: 40 });
      const written = await writeMetadata(await plain(to), { metadata: carried, from: `image/${from}` });
      const path = join(folder, `${from}.${to}`);
      await writeFile(path, written);
      const found = exiftool(context, path);
      expect(found, `${from} to ${to}`).toMatchObject({
        "IFD0:Orientation": 1,
        "IFD0:Copyright": "Ada",
        "ExifIFD:LensModel": "50 mm",
        "XMP-xmp:Rating": 4,
      });
      expect(
        Object.keys(found).some((name) => name.startsWith("ICC_Profile")),
        `${from} to ${to}`,
      ).toBe(true);
      expect(Object.keys(found).filter((name) => /Warning|Error/.test(name))).toEqual([]);
    }
  });

  it("but for a profile of another space: the pixels are in sRGB now", async () => {
    const metadata = await readMetadata(await photo("jpeg", "p3", 1));
    expect(metadata.icc).toBeDefined();
    const carried = carriedMetadata(metadata, { width: 20, height: 40 });
    const written = await writeMetadata(await plain("jpeg"), { metadata: carried, from: "image/jpeg" });
    expect((await readMetadata(written)).icc).toBeUndefined();
  });

  it("captions, comments and texts stay where the container stays", async () => {
    const jpeg = await plain("jpeg");
    const photoshop = new TextEncoder().encode("8BIM\x04\x04\0\0\0\0\0\x04test");
    const texts = [new TextEncoder().encode("a comment")];
    const kept = await writeMetadata(jpeg, { metadata: { photoshop, texts }, from: "image/jpeg" });
    expect(await readMetadata(kept)).toMatchObject({ photoshop, texts });
    const left = await writeMetadata(await plain("png"), {
      metadata: { photoshop, texts },
      from: "image/jpeg",
    });
    expect((await readMetadata(left)).texts).toEqual([]);
  });

  it("a profile of several segments is put together again", async () => {
    const icc = Uint8Array.from({ length: 150_000 }, (_, at) => (at * 31) & 255);
    const written = await writeMetadata(await plain("jpeg"), { metadata: { icc }, from: "" });
    expect(Buffer.compare((await readMetadata(written)).icc as Uint8Array, icc)).toBe(0);
  });

  it("XMP says the orientation again, in either of its forms", () => {
    for (const [before, after] of [
      ['<a tiff:Orientation="6" b="6"/>', '<a tiff:Orientation="1" b="6"/>'],
      ["<tiff:Orientation>8</tiff:Orientation>", "<tiff:Orientation>1</tiff:Orientation>"],
      ["<a>Wärme</a>", "<a>Wärme</a>"],
    ] as const) {
      expect(new TextDecoder().decode(uprightXmp(new TextEncoder().encode(before)))).toBe(after);
    }
  });

  it("files that are cut off anywhere are read as far as they go", async () => {
    for (const format of ["jpeg", "png", "webp"] as const) {
      const whole = await photo(format, "srgb", 3);
      for (let length = 0; length < whole.length; length += 13) {
        const { exif } = await readMetadata(whole.subarray(0, length));
        if (exif !== undefined) expect(orientationOf(exif)).toBeGreaterThan(0);
      }
    }
  });
});
